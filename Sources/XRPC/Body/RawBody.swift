public import ATProtoData
public import ATProtoHTTP

/// A body of uninterpreted bytes: a blob, a CAR, or another encoding for which the schema declares no
/// type.
///
/// A handler's input of this type is a stream, which must be read before the handler returns; the
/// server discards what is left unread. A handler's output and a client's input may be a stream. A
/// client's output is in memory, except for `download`.
public struct RawBody: XRPCBody, Hashable {
  /// The bytes, in memory or as a stream.
  public var content: BodyContent
  /// The value of `Content-Type`.
  public var contentType: String

  /// Creates a body.
  public init(content: BodyContent, contentType: String = "application/octet-stream") {
    self.content = content
    self.contentType = contentType
  }

  /// Creates a body from bytes in memory.
  public init(bytes: [UInt8], contentType: String = "application/octet-stream") {
    self.init(content: .bytes(bytes), contentType: contentType)
  }

  /// Creates a body from a stream.
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

  /// The bytes in memory; nil for a stream, which ``collect(upTo:)`` reads.
  public var bytes: [UInt8]? { content.bytes }

  /// The content as a stream, even if it is in memory.
  public var stream: ByteStream { content.stream }

  /// Reads the whole body into memory.
  ///
  /// - Parameter maximum: the longest stream to accept, in bytes.
  public func collect(upTo maximum: Int = 16 << 20) async throws -> [UInt8] {
    try await content.collect(upTo: maximum)
  }

  public func encodeBody() -> EncodedBody? {
    EncodedBody(content: content, contentType: contentType)
  }
}
