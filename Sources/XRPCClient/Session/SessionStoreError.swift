/// Why a session could not be kept or found. Equal by code.
public struct SessionStoreError: Error, Sendable {
  public enum Code: Hashable, Sendable {
    case unreadable, malformed, unwritable
  }

  public var code: Code
  public var reason: String

  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}

extension SessionStoreError: Hashable {
  public static func == (lhs: SessionStoreError, rhs: SessionStoreError) -> Bool {
    lhs.code == rhs.code
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(code)
  }
}

extension SessionStoreError: CustomStringConvertible {
  public var description: String { reason }
}
