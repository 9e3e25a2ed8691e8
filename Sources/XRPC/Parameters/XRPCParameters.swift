public import ATProtoData

/// The query parameters of a method, as generated code declares them.
public protocol XRPCParameters: Hashable, Sendable {
  /// Reads each parameter by its name.
  init(from reader: inout ParameterReader) throws(ParameterError)
  /// Writes each parameter that has a value.
  func encode(to writer: inout ParameterWriter)
  /// Checks the constraints of the schema. Reading has already checked the types.
  func validate(into validator: inout Validator)
}

extension XRPCParameters {
  /// Checks nothing: the default for parameters without constraints.
  public func validate(into validator: inout Validator) {}

  // Generated parameters leave this to the protocol: synthesizing it for each type would slow down
  // every build.

  /// Whether both make the same query.
  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.query == rhs.query }

  /// Hashes the query.
  public func hash(into hasher: inout Hasher) { hasher.combine(query) }

  /// Reads parameters from the part of a URL after `?`, still percent-encoded.
  ///
  /// - Throws: if a required parameter is absent, a value is malformed, or the encoding is broken.
  public init(query: String) throws(ParameterError) {
    var reader = try ParameterReader(query: query)
    try self.init(from: &reader)
  }

  /// The part of a URL after `?`, percent-encoded; empty if there are no parameters.
  public var query: String {
    var writer = ParameterWriter()
    encode(to: &writer)
    return writer.query
  }

  /// Returns all violations of the schema's constraints.
  public func validate() -> [Violation] {
    var validator = Validator()
    validate(into: &validator)
    return validator.violations
  }
}

/// The parameters of a method that declares none. Query parameters that are sent are ignored.
public struct NoParameters: XRPCParameters {
  /// Creates the empty parameters.
  public init() {}

  public init(from reader: inout ParameterReader) throws(ParameterError) {}

  public func encode(to writer: inout ParameterWriter) {}
}
