/// A value of a Lexicon schema: it reads and writes itself and knows its constraints.
///
/// Reading checks the shape only; ``validate()`` checks constraints and string formats. Reading
/// and writing again gives the same DAG-CBOR bytes.
public protocol LexiconValue: Hashable, Sendable {
  init(from reader: inout DataReader) throws(DataError)
  func encode(to writer: inout DataWriter)
  func validate(into validator: inout Validator)
}

extension LexiconValue {
  public func validate(into validator: inout Validator) {}

  /// Every constraint that the value breaks, in the order of its fields.
  public func validate() -> [Violation] {
    var validator = Validator()
    validate(into: &validator)
    return validator.violations
  }
}
