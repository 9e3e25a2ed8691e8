public import ATProtoData

/// The query parameters of a method.
public protocol XRPCParameters: Hashable, Sendable {
  init(from reader: inout ParameterReader) throws(ParameterError)
  func encode(to writer: inout ParameterWriter)
  /// Checks the constraints of the schema; shape was checked by reading.
  func validate(into validator: inout Validator)
}

extension XRPCParameters {
  public func validate(into validator: inout Validator) {}

  // Two values are equal when they make the same query. Generated parameters leave this to the
  // protocol: what a compiler would synthesise for each is paid for by every build.
  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.query == rhs.query }

  public func hash(into hasher: inout Hasher) { hasher.combine(query) }

  /// Reads the part of a URL after `?`, still percent-encoded.
  public init(query: String) throws(ParameterError) {
    var reader = try ParameterReader(query: query)
    try self.init(from: &reader)
  }

  /// The part of a URL after `?`; empty where there are no parameters.
  public var query: String {
    var writer = ParameterWriter()
    encode(to: &writer)
    return writer.query
  }

  /// Every constraint of the schema that the values break.
  public func validate() -> [Violation] {
    var validator = Validator()
    validate(into: &validator)
    return validator.violations
  }
}
