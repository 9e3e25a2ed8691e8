public import ATProtoSyntax

/// Why a session could not be stored or loaded.
public struct SessionStoreError: CodedError {
  /// The kinds of failure.
  public enum Code: Hashable, Sendable {
    case unreadable, malformed, unwritable
  }

  /// The kind of failure.
  public var code: Code
  /// A description for people.
  public var reason: String

  /// Creates an error.
  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}
