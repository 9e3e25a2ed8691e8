public import Lexicon

/// A constraint that the generated `validate(into:)` checks.
public indirect enum Check: Hashable, Sendable {
  case string(length: LengthLimits, graphemes: LengthLimits, const: String?)
  case integer(minimum: Int?, maximum: Int?, const: Int?, oneOf: [Int]?)
  case boolean(const: Bool)
  case bytes(LengthLimits)
  case blob(accept: [String]?, maxSize: Int?)
  case count(LengthLimits)
  /// Calls `validate(into:)` of the value: an object, union, formatted string, or an array of these.
  case nested
  /// Checks every element of an array.
  case each([Check], element: TypeReference)
}
