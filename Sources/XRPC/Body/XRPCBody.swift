public import ATProtoData

/// The input or output of a method.
///
/// Objects and unions of generated code conform without writing a member: they travel as JSON.
public protocol XRPCBody: Sendable {
  /// Reads a body of `contentType` (the header's value, parameters included).
  init(body: [UInt8], contentType: String?, limits: DataLimits) throws(XRPCBodyError)

  /// What to send, or nil where the method declares no body.
  func encodeBody() -> EncodedBody?

  /// Every constraint of the schema that the value breaks.
  func validateBody() -> [Violation]
}

extension XRPCBody {
  public func validateBody() -> [Violation] { [] }
}

extension XRPCBody where Self: LexiconValue {
  public init(
    body: [UInt8],
    contentType: String?,
    limits: DataLimits
  ) throws(XRPCBodyError) {
    guard let contentType, MediaType.isJSON(contentType) else {
      throw XRPCBodyError(contentType: contentType, expected: "application/json")
    }
    do {
      try self.init(json: body, limits: limits)
    } catch {
      throw XRPCBodyError(error)
    }
  }

  public func encodeBody() -> EncodedBody? {
    EncodedBody(bytes: jsonBytes(), contentType: "application/json")
  }

  public func validateBody() -> [Violation] {
    validate()
  }
}
