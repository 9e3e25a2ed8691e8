/// Base64 (RFC 4648, sections 4 and 5) under a named policy.
///
/// White space and characters of the other alphabet are never accepted. RFC 4648 leaves padding
/// (3.2) and the bits after the last byte (3.5) to the protocol; the policies below are the ones
/// that the protocols of this package call for.
package struct Base64: Sendable {
  /// What stands at the end of a text whose last group is short of four characters.
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

  /// The bits of the last character that belong to no byte (RFC 4648, 3.5).
  package enum TrailingBits: Sendable {
    /// They must be zero, so that each value has one text.
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
  /// HTTP Basic credentials and WebSocket keys, read as leniently as deployed servers read them.
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
    let text = [UInt8](capacity: encodedCount(bytes.count)) { append(bytes.span, to: &$0) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The length of the text of `count` bytes.
  package func encodedCount(_ count: Int) -> Int {
    padding == .required ? (count + 2) / 3 * 4 : (count * 4 + 2) / 3
  }

  /// Appends the text of `bytes` to `text`.
  ///
  /// - Precondition: `text` has room for ``encodedCount(_:)`` characters.
  package func append(_ bytes: Span<UInt8>, to text: inout OutputSpan<UInt8>) {
    var index = 0
    while index &+ 3 <= bytes.count {
      let group =
        UInt32(bytes[index]) << 16 | UInt32(bytes[index &+ 1]) << 8 | UInt32(bytes[index &+ 2])
      let characters = alphabet.characters(ofGroup: group)
      text.append(UInt8(truncatingIfNeeded: characters >> 24))
      text.append(UInt8(truncatingIfNeeded: characters >> 16))
      text.append(UInt8(truncatingIfNeeded: characters >> 8))
      text.append(UInt8(truncatingIfNeeded: characters))
      index &+= 3
    }
    let rest = bytes.count - index
    if rest == 0 { return }
    let group = UInt32(bytes[index]) << 16 | (rest > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
    let characters = alphabet.characters(ofGroup: group)
    for position in 0...rest {
      text.append(UInt8(truncatingIfNeeded: characters >> UInt32(24 - 8 * position)))
    }
    if padding == .required {
      for _ in rest..<3 { text.append(UInt8(ascii: "=")) }
    }
  }

  /// The bytes of `text`, or nil if the policy rejects it.
  package func decode(_ text: String) -> [UInt8]? { decode(text.utf8.span) }

  /// The bytes of `text`, or nil if the policy rejects it.
  package func decode(_ text: Substring) -> [UInt8]? { decode(text.utf8.span) }

  /// The bytes of the UTF-8 of a text, or nil if the policy rejects it.
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

  /// The number of characters before the padding, or nil if the padding is not as it must be.
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

    // What to add to a value from 62 on, and to 63 besides, beyond what makes it a digit.
    private let offset62: UInt32
    private let offset63: UInt32

    private init(_ first: Unicode.Scalar, _ second: Unicode.Scalar) {
      let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
      let characters = [UInt8](letters.utf8) + [UInt8(ascii: first), UInt8(ascii: second)]
      var values = [UInt8](repeating: Self.noValue, count: 256)
      for (value, character) in characters.enumerated() { values[Int(character)] = UInt8(value) }
      self.values = values
      offset62 = first.value &- 58
      offset63 = second.value &- first.value &- 1
    }

    /// The four characters of three bytes, the first in the highest eight bits of both; 0...25 are
    /// uppercase letters, 26...51 lowercase letters, 52...61 digits.
    @inline(__always)
    func characters(ofGroup group: UInt32) -> UInt32 {
      let ones: UInt32 = 0x0101_0101
      let values =
        (group & 0xFC_0000) << 6 | (group & 0x03_F000) << 4 | (group & 0x0FC0) << 2 | group & 0x3F
      let from26 = (values &+ ones &* 102) >> 7 & ones
      let from52 = (values &+ ones &* 76) >> 7 & ones
      let from62 = (values &+ ones &* 66) >> 7 & ones
      let from63 = (values &+ ones &* 65) >> 7 & ones
      return values &+ ones &* 65 &+ from26 &* 6 &- from52 &* 75 &+ from62 &* offset62
        &+ from63 &* offset63
    }
  }
}
