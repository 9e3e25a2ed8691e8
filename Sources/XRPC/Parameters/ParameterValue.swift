public import ATProtoSyntax

/// A type whose values fit in one `name=value` pair of a query.
///
/// XRPC specification, "Lexicon HTTP Endpoints": strings are not quoted, booleans are `true` and
/// `false`.
public protocol ParameterValue: Hashable, Sendable {
  /// Parses a value; nil if `text` is not a value of this type.
  init?(parameter text: String)
  /// The text of the value, before percent-encoding.
  var parameterText: String { get }
}

extension String: ParameterValue {
  /// Accepts any text.
  public init?(parameter text: String) {
    self = text
  }

  /// The string itself.
  public var parameterText: String { self }
}

extension Int: ParameterValue {
  /// Parses the canonical text of an integer, without plus sign, leading zeros, fraction or space.
  public init?(parameter text: String) {
    guard let value = Int(text), String(value) == text else { return nil }
    self = value
  }

  /// The decimal digits.
  public var parameterText: String { String(self) }
}

extension Bool: ParameterValue {
  /// Parses `true` or `false`.
  public init?(parameter text: String) {
    switch text {
    case "true": self = true
    case "false": self = false
    default: return nil
    }
  }

  /// `true` or `false`.
  public var parameterText: String { self ? "true" : "false" }
}

/// Reading accepts any text; validation checks the format.
extension FormatString: ParameterValue {
  /// Accepts any text.
  public init?(parameter text: String) {
    self.init(text)
  }

  /// The text as it was read.
  public var parameterText: String { string }
}
