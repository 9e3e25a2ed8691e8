public import ATProtoData

/// The body of a method that declares none.
///
/// Reading ignores what arrived: whether a stray request body is refused is the server's business.
public struct NoBody: XRPCBody, Hashable {
  public init() {}

  public init(
    body: [UInt8],
    contentType: String?,
    limits: DataLimits
  ) throws(XRPCBodyError) {}

  public func encodeBody() -> EncodedBody? { nil }
}
