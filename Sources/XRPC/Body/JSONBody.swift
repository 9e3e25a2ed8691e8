public import ATProtoData

/// A JSON body whose type belongs to another module, which has not declared it as a body.
public struct JSONBody<Value: LexiconValue>: XRPCBody, Hashable {
  public var value: Value

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
