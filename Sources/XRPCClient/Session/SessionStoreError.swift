public import ATProtoSyntax

/// Why a session could not be kept or found. Equal by code.
public struct SessionStoreError: CodedError {
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
