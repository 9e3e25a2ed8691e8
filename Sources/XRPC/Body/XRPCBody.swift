public import ATProtoData
public import ATProtoHTTP

/// The input or output of a method.
///
/// Generated objects and unions conform without adding a member: they are sent as JSON.
public protocol XRPCBody: Sendable {
  /// Decodes a body.
  ///
  /// - Parameters:
  ///   - contentType: the value of `Content-Type`, including its parameters; nil if it is absent.
  ///   - limits: bounds for the depth, length and count of what is decoded.
  init(body: [UInt8], contentType: String?, limits: DataLimits) throws(XRPCBodyError)

  /// Encodes the body; nil if the method declares none.
  func encodeBody() -> EncodedBody?

  /// Returns all violations of the schema's constraints.
  func validateBody() -> [Violation]
}

extension XRPCBody {
  /// Finds no violations: the default for bodies without a schema.
  public func validateBody() -> [Violation] { [] }
}

extension XRPCBody where Self: LexiconValue {
  /// Decodes JSON.
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

  /// Encodes the value as JSON.
  public func encodeBody() -> EncodedBody? {
    EncodedBody(bytes: jsonBytes(), contentType: "application/json")
  }

  /// Returns all violations of the schema's constraints.
  public func validateBody() -> [Violation] {
    validate()
  }
}

/// A body that is ready to be sent.
public struct EncodedBody: Hashable, Sendable {
  /// The bytes, in memory or as a stream.
  public var content: BodyContent
  /// The value of `Content-Type`.
  public var contentType: String

  /// Creates a body.
  public init(content: BodyContent, contentType: String) {
    self.content = content
    self.contentType = contentType
  }

  /// Creates a body from bytes in memory.
  public init(bytes: [UInt8], contentType: String) {
    self.init(content: .bytes(bytes), contentType: contentType)
  }
}

/// Why a body could not be decoded.
public enum XRPCBodyError: Error, Hashable, Sendable {
  /// `Content-Type` is missing or is not the declared one.
  case contentType(found: String?, expected: String)
  /// The bytes are not what the schema describes; the error names the path and the offset.
  case data(DataError)

  init(contentType found: String?, expected: String) {
    self = .contentType(found: found, expected: expected)
  }

  init(_ error: DataError) {
    self = .data(error)
  }
}

extension XRPCBodyError: CustomStringConvertible {
  /// A description for people.
  public var description: String {
    switch self {
    case .contentType(nil, let expected):
      "Content-Type is missing, expected \(expected)"
    case .contentType(let found?, let expected):
      "Content-Type is \(found), expected \(expected)"
    case .data(let error):
      "\(error)"
    }
  }
}
