public import ATProtoData
import ATProtoSyntax

/// Builds a query string from typed parameters, in the order in which they are written.
public struct ParameterWriter: Sendable {
  private var bytes: [UInt8] = []

  /// Creates an empty writer.
  public init() {}

  /// The part of a URL after `?`, percent-encoded; empty if nothing was written.
  public var query: String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// Writes a parameter.
  public mutating func field(_ name: String, _ value: some ParameterValue) {
    append(name, value.parameterText)
  }

  /// Writes a parameter whose schema has a default, even if the value is the default:
  /// "it should be included in every request to ensure consistent caching behavior"
  /// (XRPC specification, "Lexicon HTTP Endpoints").
  public mutating func field<Value: ParameterValue>(
    _ name: String,
    _ value: Value,
    default: Value
  ) {
    append(name, value.parameterText)
  }

  /// Writes a parameter unless it is nil.
  public mutating func optional(_ name: String, _ value: (some ParameterValue)?) {
    if let value { append(name, value.parameterText) }
  }

  /// Writes one pair for each element of an array.
  public mutating func fields(_ name: String, _ values: [some ParameterValue]) {
    for value in values { append(name, value.parameterText) }
  }

  /// Writes one pair for each element of an array unless it is nil.
  public mutating func optionals(_ name: String, _ values: [some ParameterValue]?) {
    if let values { fields(name, values) }
  }

  private mutating func append(_ name: String, _ text: String) {
    if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
    PercentEncoding.append(name, to: &bytes)
    bytes.append(UInt8(ascii: "="))
    PercentEncoding.append(text, to: &bytes)
  }
}

// The same for open and closed sets of strings; see ParameterReader.
extension ParameterWriter {
  /// Writes a parameter.
  public mutating func field(_ name: String, _ value: some LexiconOpenString) {
    append(name, value.rawValue)
  }

  /// Writes a parameter whose schema has a default, even if the value is the default.
  public mutating func field<Value: LexiconOpenString>(
    _ name: String,
    _ value: Value,
    default: Value
  ) {
    append(name, value.rawValue)
  }

  /// Writes a parameter unless it is nil.
  public mutating func optional(_ name: String, _ value: (some LexiconOpenString)?) {
    if let value { append(name, value.rawValue) }
  }

  /// Writes one pair for each element of an array.
  public mutating func fields(_ name: String, _ values: [some LexiconOpenString]) {
    for value in values { append(name, value.rawValue) }
  }

  /// Writes one pair for each element of an array unless it is nil.
  public mutating func optionals(_ name: String, _ values: [some LexiconOpenString]?) {
    if let values { fields(name, values) }
  }

  /// Writes a parameter.
  public mutating func field(_ name: String, _ value: some LexiconClosedString) {
    append(name, value.rawValue)
  }

  /// Writes a parameter whose schema has a default, even if the value is the default.
  public mutating func field<Value: LexiconClosedString>(
    _ name: String,
    _ value: Value,
    default: Value
  ) {
    append(name, value.rawValue)
  }

  /// Writes a parameter unless it is nil.
  public mutating func optional(_ name: String, _ value: (some LexiconClosedString)?) {
    if let value { append(name, value.rawValue) }
  }

  /// Writes one pair for each element of an array.
  public mutating func fields(_ name: String, _ values: [some LexiconClosedString]) {
    for value in values { append(name, value.rawValue) }
  }

  /// Writes one pair for each element of an array unless it is nil.
  public mutating func optionals(_ name: String, _ values: [some LexiconClosedString]?) {
    if let values { fields(name, values) }
  }
}
