public import ATProtoSyntax

/// A type that one `name=value` pair of a query can carry.
///
/// XRPC specification, "Lexicon HTTP Endpoints": strings unquoted, booleans as `true` and `false`.
public protocol ParameterValue: Hashable, Sendable {
  /// Nil where `text` is not a value of this type.
  init?(parameter text: String)
  var parameterText: String { get }
}

extension String: ParameterValue {
  public init?(parameter text: String) {
    self = text
  }

  public var parameterText: String { self }
}

extension Int: ParameterValue {
  /// Accepts the one way to write each integer: no plus sign, leading zero, fraction or space.
  public init?(parameter text: String) {
    guard let value = Int(text), String(value) == text else { return nil }
    self = value
  }

  public var parameterText: String { String(self) }
}

extension Bool: ParameterValue {
  public init?(parameter text: String) {
    switch text {
    case "true": self = true
    case "false": self = false
    default: return nil
    }
  }

  public var parameterText: String { self ? "true" : "false" }
}

/// Any text is taken; validation checks the format.
extension FormatString: ParameterValue {
  public init?(parameter text: String) {
    self.init(text)
  }

  public var parameterText: String { string }
}
