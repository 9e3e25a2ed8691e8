public import ATProtoHTTP

/// A body, ready to send, and what it is.
public struct EncodedBody: Hashable, Sendable {
  public var content: BodyContent
  /// The value of `Content-Type`.
  public var contentType: String

  public init(content: BodyContent, contentType: String) {
    self.content = content
    self.contentType = contentType
  }

  public init(bytes: [UInt8], contentType: String) {
    self.init(content: .bytes(bytes), contentType: contentType)
  }
}
