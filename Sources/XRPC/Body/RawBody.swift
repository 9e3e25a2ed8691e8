public import ATProtoData
public import ATProtoHTTP

/// A body that is bytes to us: a blob, a CAR, or any encoding that a schema gives no type for.
///
/// A handler's input of this type is a stream, which it reads before it answers; what it leaves
/// unread is not its business. A handler's output and a client's input may be a stream. A client's
/// output is bytes, but for that of `download`.
public struct RawBody: XRPCBody, Hashable {
  public var content: BodyContent
  /// The value of `Content-Type`.
  public var contentType: String

  public init(content: BodyContent, contentType: String = "application/octet-stream") {
    self.content = content
    self.contentType = contentType
  }

  public init(bytes: [UInt8], contentType: String = "application/octet-stream") {
    self.init(content: .bytes(bytes), contentType: contentType)
  }

  public init(stream: ByteStream, contentType: String = "application/octet-stream") {
    self.init(content: .stream(stream), contentType: contentType)
  }

  public init(
    body: [UInt8],
    contentType: String?,
    limits: DataLimits
  ) throws(XRPCBodyError) {
    self.init(bytes: body, contentType: contentType ?? "application/octet-stream")
  }

  /// Nil of a stream: see ``collect(upTo:)``.
  public var bytes: [UInt8]? { content.bytes }

  /// The content as it comes, also where it is at hand.
  public var stream: ByteStream { content.stream }

  /// The whole in memory; a stream that is longer than `maximum` is an error.
  public func collect(upTo maximum: Int = 16 << 20) async throws -> [UInt8] {
    try await content.collect(upTo: maximum)
  }

  public func encodeBody() -> EncodedBody? {
    EncodedBody(content: content, contentType: contentType)
  }
}
