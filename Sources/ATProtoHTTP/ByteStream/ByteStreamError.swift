public import ATProtoSyntax

/// Why a stream of bytes could not be read, or not to its end. Equal by code.
public struct ByteStreamError: CodedError {
  public enum Code: Hashable, Sendable {
    /// The stream comes over a connection and is gone.
    case alreadyRead
    /// It ended early, or went on beyond its length.
    case lengthMismatch
    /// The reader takes less.
    case tooLong
    /// The file, or whatever else the bytes come from or go to, failed.
    case failed
  }

  public var code: Code
  public var reason: String

  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}
