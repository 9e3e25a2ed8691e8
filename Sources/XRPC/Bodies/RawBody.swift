public import ATProtoData

/// A body that is bytes to us: a blob, a CAR, or any encoding that a schema gives no type for.
public struct RawBody: XRPCBody, Hashable {
  public var bytes: [UInt8]
  /// The value of `Content-Type`.
  public var contentType: String

  public init(bytes: [UInt8], contentType: String = "application/octet-stream") {
    self.bytes = bytes
    self.contentType = contentType
  }

  public init(
    body: [UInt8],
    contentType: String?,
    limits: DataLimits
  ) throws(XRPCBodyError) {
    self.init(bytes: body, contentType: contentType ?? "application/octet-stream")
  }

  public func encodeBody() -> EncodedBody? {
    EncodedBody(bytes: bytes, contentType: contentType)
  }
}
