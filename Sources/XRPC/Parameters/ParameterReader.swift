public import ATProtoData

/// Reads typed parameters out of a query string, each asked for by name.
///
/// Strict in shape: broken percent-encoding, a scalar given twice and text of another type are
/// errors. Parameters nobody asks for are ignored. `name=` counts as absent where the parameter is
/// an optional scalar: deployed clients send `cursor=` on the first page.
public struct ParameterReader: Sendable {
  /// More pairs than this are refused unread.
  static let maximumPairs = 1_000

  private var pairs: [(name: String, value: String)] = []

  /// - Parameter query: what follows `?`, still percent-encoded.
  public init(query: String) throws(ParameterError) {
    pairs = try QueryString.pairs(query, maximumCount: Self.maximumPairs)
  }

  public func required<Value: ParameterValue>(_ name: String) throws(ParameterError) -> Value {
    try read(Value.init(parameter:), name, present(name))
  }

  public func optional<Value: ParameterValue>(_ name: String) throws(ParameterError) -> Value? {
    guard let text = try scalar(name), !text.isEmpty else { return nil }
    return try read(Value.init(parameter:), name, text)
  }

  public func requiredArray<Value: ParameterValue>(
    _ name: String
  ) throws(ParameterError) -> [Value] {
    guard let values: [Value] = try optionalArray(name) else { throw missing(name) }
    return values
  }

  public func optionalArray<Value: ParameterValue>(
    _ name: String
  ) throws(ParameterError) -> [Value]? {
    try array(Value.init(parameter:), name)
  }

  private func missing(_ name: String) -> ParameterError {
    ParameterError(code: .missing, parameter: name, reason: "required, but absent")
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
          reason: "given more than once, but not an array"
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

// Strings with known values are types of generated code, which conform only to the protocols of
// the data model; hence a second and third set of the same four methods.
extension ParameterReader {
  public func required<Value: LexiconOpenString>(_ name: String) throws(ParameterError) -> Value {
    let text: String = try required(name)
    return Value(text)
  }

  public func optional<Value: LexiconOpenString>(_ name: String) throws(ParameterError) -> Value? {
    let text: String? = try optional(name)
    guard let text else { return nil }
    return Value(text)
  }

  public func requiredArray<Value: LexiconOpenString>(
    _ name: String
  ) throws(ParameterError) -> [Value] {
    let texts: [String] = try requiredArray(name)
    return texts.map { Value($0) }
  }

  public func optionalArray<Value: LexiconOpenString>(
    _ name: String
  ) throws(ParameterError) -> [Value]? {
    let texts: [String]? = try optionalArray(name)
    return texts?.map { Value($0) }
  }

  public func required<Value: LexiconClosedString>(_ name: String) throws(ParameterError) -> Value {
    try read(Value.init(rawValue:), name, present(name))
  }

  public func optional<Value: LexiconClosedString>(
    _ name: String
  ) throws(ParameterError) -> Value? {
    guard let text = try scalar(name), !text.isEmpty else { return nil }
    return try read(Value.init(rawValue:), name, text)
  }

  public func requiredArray<Value: LexiconClosedString>(
    _ name: String
  ) throws(ParameterError) -> [Value] {
    guard let values: [Value] = try optionalArray(name) else { throw missing(name) }
    return values
  }

  public func optionalArray<Value: LexiconClosedString>(
    _ name: String
  ) throws(ParameterError) -> [Value]? {
    try array(Value.init(rawValue:), name)
  }
}
