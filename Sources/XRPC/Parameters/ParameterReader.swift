public import ATProtoData

/// Reads typed parameters from a query string, each by its name.
///
/// Broken percent-encoding, a scalar that appears twice, and text of another type are errors.
/// Parameters that are not read are ignored. For an optional scalar, `name=` counts as absent:
/// deployed clients send `cursor=` for the first page.
public struct ParameterReader: Sendable {
  /// A query with more pairs is rejected without reading them.
  static let maximumPairs = 1_000

  private var pairs: [(name: String, value: String)] = []

  /// Splits a query string.
  ///
  /// - Parameter query: the part of a URL after `?`, still percent-encoded.
  /// - Throws: if the encoding is broken or there are more than 1,000 pairs.
  public init(query: String) throws(ParameterError) {
    pairs = try QueryString.pairs(query, maximumCount: Self.maximumPairs)
  }

  /// Reads a parameter that must be present.
  public func required<Value: ParameterValue>(_ name: String) throws(ParameterError) -> Value {
    try read(Value.init(parameter:), name, present(name))
  }

  /// Reads a parameter; nil if it is absent or empty.
  public func optional<Value: ParameterValue>(_ name: String) throws(ParameterError) -> Value? {
    guard let text = try scalar(name), !text.isEmpty else { return nil }
    return try read(Value.init(parameter:), name, text)
  }

  /// Reads an array, one element for each pair, that must not be empty.
  public func requiredArray<Value: ParameterValue>(
    _ name: String
  ) throws(ParameterError) -> [Value] {
    guard let values: [Value] = try optionalArray(name) else { throw missing(name) }
    return values
  }

  /// Reads an array, one element for each pair; nil if there is none.
  public func optionalArray<Value: ParameterValue>(
    _ name: String
  ) throws(ParameterError) -> [Value]? {
    try array(Value.init(parameter:), name)
  }

  private func missing(_ name: String) -> ParameterError {
    ParameterError(code: .missing, parameter: name, reason: "required but absent")
  }

  private func present(_ name: String) throws(ParameterError) -> String {
    guard let text = try scalar(name) else { throw missing(name) }
    return text
  }

  private func scalar(_ name: String) throws(ParameterError) -> String? {
    var found: String?
    for pair in pairs where pair.name == name {
      guard found == nil else {
        throw ParameterError(
          code: .duplicate,
          parameter: name,
          reason: "given more than once, but is not an array"
        )
      }
      found = pair.value
    }
    return found
  }

  private func read<Value>(
    _ parse: (String) -> Value?,
    _ name: String,
    _ text: String
  ) throws(ParameterError) -> Value {
    guard let value = parse(text) else {
      throw ParameterError(
        code: .malformed,
        parameter: name,
        reason: "\(QueryString.excerpt(text)) is not \(expectation(Value.self))"
      )
    }
    return value
  }

  private func array<Value>(
    _ parse: (String) -> Value?,
    _ name: String
  ) throws(ParameterError) -> [Value]? {
    var values: [Value] = []
    var isPresent = false
    for pair in pairs where pair.name == name {
      isPresent = true
      try values.append(read(parse, name, pair.value))
    }
    return isPresent ? values : nil
  }

  private func expectation<Value>(_ type: Value.Type) -> String {
    switch type {
    case is Int.Type: "an integer"
    case is Bool.Type: "true or false"
    default: "one of the known values"
    }
  }
}

// Strings with known values are generated types, which conform only to protocols of the data model.
// They need a second and a third set of the same four functions.
extension ParameterReader {
  /// Reads a parameter that must be present, as a string with known values.
  public func required<Value: LexiconOpenString>(_ name: String) throws(ParameterError) -> Value {
    let text: String = try required(name)
    return Value(text)
  }

  /// Reads a parameter; nil if it is absent or empty, as a string with known values.
  public func optional<Value: LexiconOpenString>(_ name: String) throws(ParameterError) -> Value? {
    let text: String? = try optional(name)
    guard let text else { return nil }
    return Value(text)
  }

  /// Reads an array, one element for each pair, that must not be empty, as a string with known values.
  public func requiredArray<Value: LexiconOpenString>(
    _ name: String
  ) throws(ParameterError) -> [Value] {
    let texts: [String] = try requiredArray(name)
    return texts.map { Value($0) }
  }

  /// Reads an array, one element for each pair; nil if there is none, as a string with known values.
  public func optionalArray<Value: LexiconOpenString>(
    _ name: String
  ) throws(ParameterError) -> [Value]? {
    let texts: [String]? = try optionalArray(name)
    return texts?.map { Value($0) }
  }

  /// Reads a parameter that must be present, as one of a closed set of strings.
  public func required<Value: LexiconClosedString>(_ name: String) throws(ParameterError) -> Value {
    try read(Value.init(rawValue:), name, present(name))
  }

  /// Reads a parameter; nil if it is absent or empty, as one of a closed set of strings.
  public func optional<Value: LexiconClosedString>(
    _ name: String
  ) throws(ParameterError) -> Value? {
    guard let text = try scalar(name), !text.isEmpty else { return nil }
    return try read(Value.init(rawValue:), name, text)
  }

  /// Reads an array, one element for each pair, that must not be empty, as one of a closed set of strings.
  public func requiredArray<Value: LexiconClosedString>(
    _ name: String
  ) throws(ParameterError) -> [Value] {
    guard let values: [Value] = try optionalArray(name) else { throw missing(name) }
    return values
  }

  /// Reads an array, one element for each pair; nil if there is none, as one of a closed set of strings.
  public func optionalArray<Value: LexiconClosedString>(
    _ name: String
  ) throws(ParameterError) -> [Value]? {
    try array(Value.init(rawValue:), name)
  }
}
