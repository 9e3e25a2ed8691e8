/// Bytes of a body, ready to send, and what they are.
public struct EncodedBody: Hashable, Sendable {
  public var bytes: [UInt8]
  /// The value of `Content-Type`.
  public var contentType: String

  public init(bytes: [UInt8], contentType: String) {
    self.bytes = bytes
    self.contentType = contentType
  }
}
