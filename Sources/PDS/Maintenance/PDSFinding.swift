/// A finding of a check of a server's data.
public struct PDSFinding: Hashable, Sendable {
  public enum Severity: String, Sendable {
    /// Stored data is lost or altered.
    case damage
    /// Not wrong by itself, such as a blob of a migrated account that has not been uploaded yet.
    case notice
  }

  public var severity: Severity
  /// An account's DID, `blob` with a CID, `event` with a sequence number, or `database`.
  public var subject: String
  public var text: String

  static func damage(_ subject: String, _ text: String) -> PDSFinding {
    PDSFinding(severity: .damage, subject: subject, text: text)
  }

  static func notice(_ subject: String, _ text: String) -> PDSFinding {
    PDSFinding(severity: .notice, subject: subject, text: text)
  }
}
