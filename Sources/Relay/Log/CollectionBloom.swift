package import ATProtoSyntax

/// The collections of a commit in 64 bits: one bit for each collection and for each of its dot
/// prefixes, so that names and `prefix.*` can be ruled out without opening the frame.
package struct CollectionBloom: Hashable, Sendable {
  package var bits: UInt64

  package init(bits: UInt64 = 0) {
    self.bits = bits
  }

  package mutating func insert(_ collection: NSID) {
    var hash = Self.seed
    for byte in collection.string.utf8 {
      // "app" before the first dot, "app.bsky" before the second.
      if byte == UInt8(ascii: ".") { bits |= Self.bit(hash) }
      hash = Self.combine(hash, byte)
    }
    bits |= Self.bit(hash)
  }

  /// Whether a collection that matches may have been inserted.
  package func mayMatch(_ pattern: CollectionPattern) -> Bool {
    bits & pattern.bit != 0
  }

  // FNV-1a: the bits are stored, so the hash must be the same in every process.
  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

  private static func combine(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  private static func bit(_ hash: UInt64) -> UInt64 {
    1 << ((hash ^ hash >> 32) & 63)
  }

  static func bit(of text: some StringProtocol) -> UInt64 {
    bit(text.utf8.reduce(seed, combine))
  }
}

/// A collection, or all collections that begin with a prefix.
package struct CollectionPattern: Hashable, Sendable {
  /// Without the asterisk: `app.bsky.` for `app.bsky.*`.
  private let text: String
  private let isPrefix: Bool
  let bit: UInt64

  /// A pattern that ends with `.*` is a prefix; any other is the name of a collection.
  package init(_ pattern: String) {
    isPrefix = pattern.hasSuffix(".*")
    text = isPrefix ? String(pattern.dropLast()) : pattern
    bit = CollectionBloom.bit(of: isPrefix ? text.dropLast() : text[...])
  }

  package func matches(_ collection: some StringProtocol) -> Bool {
    isPrefix ? collection.hasPrefix(text) : collection == text
  }
}
