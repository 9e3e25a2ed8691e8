/// Base32 (RFC 4648, section 6) in lowercase and without padding, as used in CIDs and `did:plc`.
///
/// The unit of work is a group: five bytes, which are eight characters. Groups fit in words, so the
/// codecs of ATProtoData, which load and store whole words, share this arithmetic with
/// ``encode(_:)``.
@usableFromInline
package enum Base32 {
  /// The value 1 in each byte of a word.
  @inlinable
  @inline(__always)
  package static var ones: UInt64 { 0x0101_0101_0101_0101 }

  /// The eight characters of a group, the first in the lowest byte.
  ///
  /// - Parameter group: forty bits, the first byte in the highest eight.
  @inlinable
  @inline(__always)
  package static func characters(ofGroup group: UInt64) -> UInt64 {
    characters(ofValues: spread(group))
  }

  /// The forty bits of eight characters, or nil if one of them is not in the alphabet.
  ///
  /// - Parameter characters: the first character in the lowest byte.
  @inlinable
  @inline(__always)
  package static func group(ofCharacters characters: UInt64) -> UInt64? {
    guard let values = values(ofCharacters: characters) else { return nil }
    return gather(values)
  }

  /// The text of `bytes`.
  package static func encode(_ bytes: [UInt8]) -> String {
    let text = [UInt8](capacity: (bytes.count * 8 + 4) / 5) { text in
      var index = 0
      while index < bytes.count {
        let count = min(5, bytes.count - index)
        var group: UInt64 = 0
        for byte in bytes[index..<index + count] { group = group << 8 | UInt64(byte) }
        var characters = characters(ofGroup: group << UInt64(40 - 8 * count))
        for _ in 0..<(count * 8 + 4) / 5 {
          text.append(UInt8(truncatingIfNeeded: characters))
          characters >>= 8
        }
        index += count
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Forty bits as eight numbers, the highest bits in the lowest byte.
  @inlinable
  @inline(__always)
  package static func spread(_ group: UInt64) -> UInt64 {
    let halves = group >> 20 | (group & 0xF_FFFF) << 32
    let quarters = halves >> 10 & 0x3FF_0000_03FF | (halves & 0x3FF_0000_03FF) << 16
    return quarters >> 5 & 0x1F_001F_001F_001F | (quarters & 0x1F_001F_001F_001F) << 8
  }

  @inlinable
  @inline(__always)
  package static func gather(_ values: UInt64) -> UInt64 {
    let quarters = (values & 0x1F_001F_001F_001F) << 5 | values >> 8 & 0x1F_001F_001F_001F
    let halves = (quarters & 0x3FF_0000_03FF) << 10 | quarters >> 16 & 0x3FF_0000_03FF
    return (halves & 0xF_FFFF) << 20 | halves >> 32
  }

  /// Values 0...25 are letters, and 26...31 are the digits from 2 on.
  @inlinable
  @inline(__always)
  package static func characters(ofValues values: UInt64) -> UInt64 {
    let isDigit = (values &+ ones &* 102) >> 7 & ones
    return values &+ ones &* 97 &- isDigit &* 73
  }

  @inlinable
  @inline(__always)
  package static func values(ofCharacters characters: UInt64) -> UInt64? {
    guard characters & (ones &* 0x80) == 0 else { return nil }
    // Letters have the bit 0x40, digits do not.
    let isDigit = ~characters >> 6 & ones
    let values = characters &- ones &* 97 &+ isDigit &* 73
    // Encoding the values again reveals a value above 31 or a borrow.
    guard values & (ones &* 0xE0) == 0, Self.characters(ofValues: values) == characters else {
      return nil
    }
    return values
  }
}
