/// What a check of a server's data found.
public struct PDSFinding: Hashable, Sendable {
  public enum Severity: String, Sendable {
    /// Something that was stored is lost or changed.
    case damage
    /// Nothing that is wrong by itself, such as a blob that was not brought along yet.
    case notice
  }

  public var severity: Severity
  /// An account's DID, `blob` and a CID, `event` and a number, or `database`.
  public var subject: String
  public var text: String

  static func damage(_ subject: String, _ text: String) -> PDSFinding {
    PDSFinding(severity: .damage, subject: subject, text: text)
  }

  static func notice(_ subject: String, _ text: String) -> PDSFinding {
    PDSFinding(severity: .notice, subject: subject, text: text)
  }
}
