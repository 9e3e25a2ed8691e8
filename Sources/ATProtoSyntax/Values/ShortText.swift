/// Text that is stored inline, without allocating memory, if it is ASCII of at most 38 bytes.
///
/// Datetimes, DIDs, and handles nearly always are, and records contain many; as strings, each would
/// allocate memory, which is most of the cost of decoding a record. Any other text is stored as a
/// string.
public struct ShortText: Hashable, Sendable {
  /// The whole text, or its first fifteen bytes if there is a tail.
  @usableFromInline package let head: String
  @usableFromInline package let tail: Tail

  /// The bytes after the fifteenth.
  @usableFromInline
  package struct Tail: Hashable, Sendable {
    /// The bytes, the first in the lowest bits, followed by spaces, which need no escape in JSON;
    /// the highest byte of `third` is their number.
    @usableFromInline package let first, second, third: UInt64

    @inlinable
    package init(_ first: UInt64, _ second: UInt64, _ third: UInt64) {
      self.first = first
      self.second = second
      self.third = third
    }

    /// The length of the longest tail, in bytes.
    fileprivate static var size: Int { 23 }

    @inlinable
    package static var none: Tail { Tail(0, 0, 0) }

    @inlinable
    package var count: Int { Int(truncatingIfNeeded: third >> 56) }

    /// The byte at an index that must exist.
    fileprivate func byte(_ index: Int) -> UInt8 {
      let word = index < 8 ? first : index < 16 ? second : third
      return UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8))
    }
  }

  /// The number of bytes that a string stores inline.
  package static let headCount = 15
  /// The lengths of ASCII texts that have a tail.
  package static let splitCounts = 16...38

  /// - Precondition: this is the only form of the text: there is a tail if and only if the text is
  ///   ASCII of ``splitCounts`` bytes, and in that case the head has fifteen bytes.
  @inlinable
  package init(head: String, tail: Tail) {
    self.head = head
    self.tail = tail
  }

  /// Creates a text from a string.
  public init(_ string: String) {
    let bytes = string.utf8
    guard Self.splitCounts.contains(bytes.count), bytes.allSatisfy({ $0 < 0x80 }) else {
      self.init(head: string, tail: .none)
      return
    }
    let count = bytes.count - Self.headCount
    var words: [UInt64] = [0, 0, UInt64(count) << 56]
    let rest = bytes.dropFirst(Self.headCount)
    let padding = repeatElement(UInt8(ascii: " "), count: Tail.size - count)
    for (index, byte) in (Array(rest) + padding).enumerated() {
      words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
    self.init(
      head: String(decoding: bytes.prefix(Self.headCount), as: UTF8.self),
      tail: Tail(words[0], words[1], words[2])
    )
  }

  /// The text as a string, created on each access if it is longer than 15 bytes.
  public var string: String {
    let count = tail.count
    if count == 0 { return head }
    var bytes = [UInt8]()
    bytes.reserveCapacity(Self.headCount + count)
    bytes += head.utf8
    for index in 0..<count { bytes.append(tail.byte(index)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension ShortText: FormatText {}
