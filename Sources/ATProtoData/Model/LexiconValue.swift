/// A value of a Lexicon schema, which reads, writes, and validates itself.
///
/// Reading only checks the shape; ``validate()`` checks constraints and string formats. Reading and
/// writing a value gives the same DAG-CBOR bytes.
public protocol LexiconValue: Hashable, Sendable {
  /// Reads the value at the reader's position. Its constraints are not checked.
  init(from reader: inout DataReader) throws(DataError)
  /// Writes the value.
  func encode(to writer: inout DataWriter)
  /// Reports the constraints that the value violates.
  func validate(into validator: inout Validator)
}

extension LexiconValue {
  /// Reports the constraints that the value violates.
  public func validate(into validator: inout Validator) {}

  /// Returns the constraints that the value violates, in the order of its fields.
  public func validate() -> [Violation] {
    var validator = Validator()
    validate(into: &validator)
    return validator.violations
  }
}
