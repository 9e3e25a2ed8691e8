public import Lexicon

/// One constraint that `validate()` checks.
public indirect enum Check: Hashable, Sendable {
  case string(length: LengthLimits, graphemes: LengthLimits, const: String?)
  case integer(minimum: Int?, maximum: Int?, const: Int?, oneOf: [Int]?)
  case boolean(const: Bool)
  case bytes(LengthLimits)
  case blob(accept: [String]?, maxSize: Int?)
  case count(LengthLimits)
  /// The value's own `validate(into:)`: objects, unions, formatted strings, arrays of these.
  case nested
  /// Each element of an array.
  case each([Check], element: TypeReference)
}
