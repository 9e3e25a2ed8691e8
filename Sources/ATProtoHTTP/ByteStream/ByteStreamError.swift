public import ATProtoSyntax

/// Why a stream of bytes could not be read to its end.
public struct ByteStreamError: CodedError {
  /// The kinds of failure.
  public enum Code: Hashable, Sendable {
    /// The stream can be read only once and has been read.
    case alreadyRead
    /// The stream is shorter or longer than its stated length.
    case lengthMismatch
    /// The stream is longer than its reader accepts.
    case tooLong
    /// The file or other source or destination of the bytes failed.
    case failed
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
