/// Base64 (RFC 4648, sections 4 and 5) under a named policy.
///
/// White space and characters of the other alphabet are never accepted. RFC 4648 leaves padding
/// (3.2) and the bits after the last byte (3.5) to the protocol; the policies below are those that
/// the protocols of this package need.
@usableFromInline
package struct Base64: Sendable {
  /// How a string ends whose last group has fewer than four characters.
  package enum Padding: Sendable {
    /// Written, and required on input.
    case required
    /// Not written; accepted on input if it completes the last group of four.
    case optional
    /// Not written; up to two `=` are dropped on input, whatever the length.
    case tolerated
    /// Not written, and rejected on input.
    case forbidden
  }

  /// The bits of the last character that are not part of a byte (RFC 4648, 3.5).
  package enum TrailingBits: Sendable {
    /// They must be zero, so each value has one text.
    case zero
    case ignored
  }

  /// Standard alphabet, no padding, one text for each value: password hashes (PHC strings).
  package static let standard = Base64(.standard, .forbidden, .zero)
  /// Standard alphabet with padding: mail (RFC 2045, 6.8).
  package static let padded = Base64(.standard, .required, .zero)
  /// URL-safe alphabet, no padding, one text for each value: JWT (RFC 7515, 2) and `did:plc`.
  package static let url = Base64(.urlSafe, .forbidden, .zero)
  /// `$bytes` of the data model: padding is optional. The protocol's test vectors have a valid
  /// record with trailing bits that are not zero.
  package static let dataModel = Base64(.standard, .optional, .ignored)
  /// HTTP Basic credentials and WebSocket keys, read as leniently as by deployed servers.
  package static let http = Base64(.standard, .tolerated, .ignored)

  private let alphabet: Alphabet
  private let padding: Padding
  private let trailingBits: TrailingBits

  private init(_ alphabet: Alphabet, _ padding: Padding, _ trailingBits: TrailingBits) {
    self.alphabet = alphabet
    self.padding = padding
    self.trailingBits = trailingBits
  }
}

extension Base64 {
  /// The text of `bytes`.
  package func encode(_ bytes: [UInt8]) -> String {
    let count = (bytes.count * 4 + 2) / 3
    let padding = padding == .required ? (bytes.count + 2) / 3 * 4 - count : 0
    let text = [UInt8](capacity: count + padding) { text in
      var index = 0
      while index < bytes.count {
        let size = min(6, bytes.count - index)
        var group: UInt64 = 0
        for byte in bytes[index..<index + size] { group = group << 8 | UInt64(byte) }
        var characters = Self.characters(
          ofGroup: group << UInt64(48 - 8 * size),
          alphabet.offset62,
          alphabet.offset63
        )
        for _ in 0..<(size * 8 + 5) / 6 {
          text.append(UInt8(truncatingIfNeeded: characters))
          characters >>= 8
        }
        index += size
      }
      for _ in 0..<padding { text.append(UInt8(ascii: "=")) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of `text`, or nil if the policy rejects it.
  package func decode(_ text: String) -> [UInt8]? { decode(text.utf8.span) }

  /// The bytes of `text`, or nil if the policy rejects it.
  package func decode(_ text: Substring) -> [UInt8]? { decode(text.utf8.span) }

  /// The bytes of the UTF-8 of a string, or nil if the policy rejects it.
  package func decode(_ text: Span<UInt8>) -> [UInt8]? {
    guard let count = countWithoutPadding(text), count % 4 != 1 else { return nil }
    let values = alphabet.values
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count / 4 * 3 + 2)
    var group: UInt32 = 0
    var bits = 0
    for index in 0..<count {
      let value = values[Int(text[index])]
      if value == Alphabet.noValue { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits == 24 {
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        bytes.append(UInt8(truncatingIfNeeded: group >> 8))
        bytes.append(UInt8(truncatingIfNeeded: group))
        group = 0
        bits = 0
      }
    }
    if trailingBits == .zero, group & (1 << UInt32(bits % 8) - 1) != 0 { return nil }
    if bits == 12 {
      bytes.append(UInt8(truncatingIfNeeded: group >> 4))
    } else if bits == 18 {
      bytes.append(UInt8(truncatingIfNeeded: group >> 10))
      bytes.append(UInt8(truncatingIfNeeded: group >> 2))
    }
    return bytes
  }

  /// The number of characters before the padding, or nil if the padding is not valid.
  private func countWithoutPadding(_ text: Span<UInt8>) -> Int? {
    var count = text.count
    let isWhole = count % 4 == 0
    switch padding {
    case .forbidden: return count
    case .required where !isWhole: return nil
    case .optional where !isWhole: return count
    case .required, .optional, .tolerated:
      while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
      return count
    }
  }
}

extension Base64 {
  /// The sixty-four characters.
  private struct Alphabet: Sendable {
    static let standard = Alphabet("+", "/")
    static let urlSafe = Alphabet("-", "_")

    static let noValue: UInt8 = 255

    /// The value of each byte, or ``noValue`` if it is not in the alphabet.
    let values: [UInt8]

    /// How far the last two characters are from continuing the code points before them.
    let offset62: UInt64
    let offset63: UInt64

    private init(_ first: Unicode.Scalar, _ second: Unicode.Scalar) {
      let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
      let characters = [UInt8](letters.utf8) + [UInt8(ascii: first), UInt8(ascii: second)]
      var values = [UInt8](repeating: Self.noValue, count: 256)
      for (value, character) in characters.enumerated() { values[Int(character)] = UInt8(value) }
      self.values = values
      offset62 = UInt64(first.value) &- 58
      offset63 = UInt64(second.value) &- UInt64(first.value) &- 1
    }
  }
}

// The unit of work is a group: six bytes, which are eight characters. Groups fit in words, so the
// codecs of ATProtoData, which load and store whole words, share this arithmetic.
extension Base64 {
  /// The eight characters of a group in the standard alphabet, the first in the lowest byte.
  ///
  /// - Parameter group: forty-eight bits, the first byte in the highest eight.
  @inlinable
  @inline(__always)
  package static func standardCharacters(ofGroup group: UInt64) -> UInt64 {
    // The offsets of `+` and `/`: 43 - 58 and 47 - 43 - 1.
    characters(ofGroup: group, 0 &- 15, 3)
  }

  /// Values 0...25 are uppercase letters, 26...51 are lowercase letters, and 52...61 are digits.
  @inlinable
  @inline(__always)
  package static func characters(
    ofGroup group: UInt64,
    _ offset62: UInt64,
    _ offset63: UInt64
  ) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let halves = group >> 24 | (group & 0xFF_FFFF) << 32
    let quarters = halves >> 12 & 0xFFF_0000_0FFF | (halves & 0xFFF_0000_0FFF) << 16
    let values = quarters >> 6 & 0x3F_003F_003F_003F | (quarters & 0x3F_003F_003F_003F) << 8
    // The value 1 in each byte whose value is at least 26, 52, 62, or 63.
    let from26 = (values &+ ones &* 102) >> 7 & ones
    let from52 = (values &+ ones &* 76) >> 7 & ones
    let from62 = (values &+ ones &* 66) >> 7 & ones
    let from63 = (values &+ ones &* 65) >> 7 & ones
    return values &+ ones &* 65 &+ from26 &* 6 &- from52 &* 75 &+ from62 &* offset62
      &+ from63 &* offset63
  }
}
