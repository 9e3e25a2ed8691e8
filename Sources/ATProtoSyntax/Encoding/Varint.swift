/// Unsigned varints (LEB128) as used in CAR files and CIDs: at most nine bytes, in the shortest
/// form.
@usableFromInline
package enum Varint {
  /// The result of reading a number.
  @usableFromInline
  package enum Result: Sendable {
    case value(UInt64, byteCount: Int)
    /// The bytes end within the number.
    case incomplete
    /// Longer than nine bytes, or not the shortest form.
    case malformed
  }

  /// Reads the number at the front of `bytes`.
  @inlinable
  package static func read(_ bytes: Span<UInt8>) -> Result {
    var value: UInt64 = 0
    for position in 0..<min(bytes.count, 9) {
      let byte = bytes[position]
      value |= UInt64(byte & 0x7f) << UInt64(7 * position)
      if byte < 0x80 {
        // A last byte of zero adds nothing, so the form is longer than needed.
        return byte == 0 && position > 0 ? .malformed : .value(value, byteCount: position + 1)
      }
    }
    return bytes.count < 9 ? .incomplete : .malformed
  }

  /// Appends the shortest form of a number.
  ///
  /// - Precondition: `value` is not negative.
  @inlinable
  package static func append(_ value: Int, to bytes: inout [UInt8]) {
    var rest = UInt64(value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
