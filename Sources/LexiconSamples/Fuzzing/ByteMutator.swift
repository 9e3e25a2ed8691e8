/// Changes documents at random, as an attacker or a broken peer might: flips bits, truncates, swaps
/// parts with another document, inserts headers that promise more than follows, and nests deeply.
public struct ByteMutator: Sendable {
  /// The source of randomness, which callers may use too.
  public var random: SeededGenerator
  /// The approximate number of bytes in the longest result.
  public var longest: Int

  /// Creates a mutator.
  public init(seed: UInt64, longest: Int = 64 << 10) {
    random = SeededGenerator(seed: seed)
    self.longest = longest
  }

  /// Returns `bytes` with one to four changes, some of which may take parts of `other`.
  public mutating func mutated(_ bytes: [UInt8], with other: [UInt8] = []) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(4) {
      change(&bytes, other)
      if bytes.count > longest { bytes.removeSubrange(longest...) }
    }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    let index = random.below(bytes.count + 1)
    let end = min(bytes.count, index + 1 + random.below(32))
    switch random.below(11) {
    case 0 where index < bytes.count: bytes[index] ^= 1 << UInt8(random.below(8))
    case 1 where index < bytes.count: bytes[index] = anyByte()
    case 2 where random.oneIn(3): bytes.removeSubrange(index...)
    case 3 where index < end: bytes.removeSubrange(index..<end)
    case 4: bytes.insert(anyByte(), at: index)
    case 5:
      let cut = random.below(other.count + 1)
      bytes = Array(bytes[..<index] + other[cut...])
    case 6:
      let from = random.below(other.count + 1)
      let part = other[from..<min(other.count, from + 1 + random.below(64))]
      bytes.replaceSubrange(index..<min(end, bytes.count), with: part)
    case 7, 8: bytes.insert(contentsOf: random.pick(Self.tokens) ?? [], at: index)
    case 9:
      let repeated = bytes[index..<max(index, end)]
      for _ in 0...random.below(8) { bytes.insert(contentsOf: repeated, at: index) }
    default:
      let opening = random.pick(Self.openings) ?? []
      let levels = random.oneIn(50) ? 20_000 : random.below(300)
      bytes.insert(contentsOf: repeatElement(opening, count: levels).joined(), at: index)
    }
  }

  private mutating func anyByte() -> UInt8 {
    UInt8(truncatingIfNeeded: random.next())
  }

  private static let openings: [[UInt8]] = [
    [0x81], [0xA1, 0x61, 0x61], [0xD8, 0x2A], [0x9F], [0xBF, 0x61, 0x61], Array("[".utf8),
    Array(#"{"a":"#.utf8), Array(#"{"$type":"a","a":"#.utf8), Array(#"{"a":{},"$type":"#.utf8),
  ]

  /// Tokens that are significant to decoders.
  private static let tokens: [[UInt8]] =
    [
      [0x9B, 0x80, 0, 0, 0, 0, 0, 0, 0], [0x9B, 0x7F, 255, 255, 255, 255, 255, 255, 255],
      [0xBB, 255, 255, 255, 255, 255, 255, 255, 255], [0xBB, 0x40, 0, 0, 0, 0, 0, 0, 1],
      [0x7B, 0x7F, 255, 255, 255, 255, 255, 255, 255], [0x5A, 255, 255, 255, 255],
      [0x3B, 0x7F, 255, 255, 255, 255, 255, 255, 255], [0x1B, 0x80, 0, 0, 0, 0, 0, 0, 0],
      [0x3B, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xD8, 0x2A], [0xD8, 0x2A, 0x58, 0x25, 0, 1, 0x71, 0x12],
      [0xD8, 0x2A, 0x41, 0], [0xF6], [0xF7], [0xF5], [0xF9, 0x7E, 0], [0xFA, 0x47, 0xC3, 0x50, 0],
      [0xFB, 0x43, 0x30, 0, 0, 0, 0, 0, 0], [0xFF], [0x9F, 0xFF], [0xBF, 0xFF], [0x7F, 0x60, 0xFF],
      [0x5F, 0x41, 0, 0xFF], [0xA0], [0x80], [0x60], [0x40], [0x18, 0x17], [0x78, 0x01, 0x61],
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF],
      [0x65] + Array("$type".utf8), [0x64] + Array("blob".utf8), [0x65] + Array("$link".utf8),
      [0x63] + Array("cid".utf8), [0x62, 0xC3, 0xA9], [0x63, 0x65, 0xCC, 0x81],
    ]
    + [
      #"\ud83d"#, #"\udE00"#, #"\ud83d\ude00"#, #"\u0000"#, #"\""#, #"\\"#, #"\/"#, #"\x"#,
      #"","":"#, #""$type":"#, #""\u0024type":"#, #"{"$link":"#, #"{"$bytes":"#, #"{"$bytes":""}"#,
      #"{"$bytes":"AA=="}"#, #""$type":"blob","#, #""cid":"#, "null", "true", "{}", "[]", "[,",
      "-0",
      "-", "1e99", "1e2", "0.0", "9223372036854775807", "-9223372036854775808",
      "9223372036854775808", "1E-1", "00", ",", ":", " \t\r\n", "}", "]", "\"", "\u{FEFF}", "é",
      "e\u{301}",
    ].map { Array($0.utf8) }
}
