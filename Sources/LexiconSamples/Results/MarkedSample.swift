public import ATProtoData

/// A value that breaks one rule of its schema, and no other.
public struct MarkedSample: Hashable, Sendable {
  /// Which rule it breaks, and who finds out.
  public enum Fault: Hashable, Sendable {
    /// The shape is wrong: it cannot be decoded, with this code.
    case shape(DataError.Code)
    /// The shape is right: `validate()` reports this rule (``Violation/rule``).
    case constraint(String)
  }

  public var value: DataValue
  /// The path that the error, or the violation, must have.
  public var path: String
  public var fault: Fault

  public init(value: DataValue, path: String, fault: Fault) {
    self.value = value
    self.path = path
    self.fault = fault
  }
}
