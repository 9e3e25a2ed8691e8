public import ATProtoData

/// A JSON body whose type belongs to another module and is not declared as a body there.
public struct JSONBody<Value: LexiconValue>: XRPCBody, Hashable {
  /// The decoded value.
  public var value: Value

  /// Creates a body from a value.
  public init(_ value: Value) {
    self.value = value
  }

  public init(
    body: [UInt8],
    contentType: String?,
    limits: DataLimits
  ) throws(XRPCBodyError) {
    guard let contentType, MediaType.isJSON(contentType) else {
      throw XRPCBodyError(contentType: contentType, expected: "application/json")
    }
    do {
      value = try Value(json: body, limits: limits)
    } catch {
      throw XRPCBodyError(error)
    }
  }

  public func encodeBody() -> EncodedBody? {
    EncodedBody(bytes: value.jsonBytes(), contentType: "application/json")
  }

  public func validateBody() -> [Violation] {
    value.validate()
  }
}

/// The body of a method that declares none.
///
/// Decoding ignores the bytes: the server decides whether to refuse an unexpected request body.
public struct NoBody: XRPCBody, Hashable {
  /// Creates the empty body.
  public init() {}

  public init(
    body: [UInt8],
    contentType: String?,
    limits: DataLimits
  ) throws(XRPCBodyError) {}

  public func encodeBody() -> EncodedBody? { nil }
}
