public import ATProtoData

/// A value that violates exactly one constraint of its schema.
public struct MarkedSample: Hashable, Sendable {
  /// The violated constraint, and the step that detects it.
  public enum Fault: Hashable, Sendable {
    /// The shape is wrong: decoding fails with this code.
    case shape(DataError.Code)
    /// The shape is right: `validate()` reports this constraint (`Violation.rule`).
    case constraint(String)
  }

  /// The value.
  public var value: DataValue
  /// The path of the expected error or violation.
  public var path: String
  /// The violated constraint.
  public var fault: Fault

  /// Creates a sample.
  public init(value: DataValue, path: String, fault: Fault) {
    self.value = value
    self.path = path
    self.fault = fault
  }
}
