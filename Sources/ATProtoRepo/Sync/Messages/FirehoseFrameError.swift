import ATProtoData
public import ATProtoSyntax

/// The reason why a frame of the firehose cannot be read, after which the connection is dropped
/// (Event Stream specification, "Framing").
///
/// Two errors are equal if their codes are.
public struct FirehoseFrameError: CodedError {
  /// The kinds of errors.
  public enum Code: String, CaseIterable, Hashable, Sendable {
    /// The frame or a part of it exceeds a limit: bytes, nesting, elements.
    case tooLarge
    /// The frame does not begin with a header, or the header of a message does not have a type.
    case malformedHeader
    /// The header is not followed by exactly one object in valid DAG-CBOR.
    case malformedPayload
    /// A message does not have a number from 1 to 2^53 - 1.
    case missingSequence
  }

  /// The kind of error.
  public var code: Code
  /// The error in words, without the code.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  init(_ code: Code, _ error: DataError) {
    switch error.code {
    case .inputSize, .depth, .elements, .stringLength, .keyLength:
      self.init(.tooLarge, "\(error)")
    default:
      self.init(code, "\(error)")
    }
  }
}

extension FirehoseFrameError {
  /// The code and the reason. Logs of a stream are searched by code.
  public var description: String { "\(code.rawValue): \(reason)" }
}
