/// A text that is kept in place, without memory of its own, where it is ASCII of at most 38 bytes.
///
/// Datetimes, DIDs and handles nearly always are, and records hold many: as strings each would take
/// memory, which is most of what decoding a record costs. Any other text is kept as a string.
public struct ShortText: Hashable, Sendable {
  /// The whole text, or its first fifteen bytes where there is a tail.
  @usableFromInline package let head: String
  @usableFromInline package let tail: Tail

  /// What follows the fifteenth byte.
  @usableFromInline
  package struct Tail: Hashable, Sendable {
    /// The bytes, the first in the lowest bits, spaces behind the last, which need no escape in
    /// JSON; the highest byte of `third` is their number.
    @usableFromInline package let first, second, third: UInt64

    @inlinable
    package init(_ first: UInt64, _ second: UInt64, _ third: UInt64) {
      self.first = first
      self.second = second
      self.third = third
    }

    /// Bytes of the longest.
    fileprivate static var size: Int { 23 }

    @inlinable
    package static var none: Tail { Tail(0, 0, 0) }

    @inlinable
    package var count: Int { Int(truncatingIfNeeded: third >> 56) }

    /// One byte, of those that there are.
    fileprivate func byte(_ index: Int) -> UInt8 {
      let word = index < 8 ? first : index < 16 ? second : third
      return UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8))
    }
  }

  /// What a string keeps in itself.
  package static let headCount = 15
  /// Sizes of texts that have a tail, if they are ASCII.
  package static let splitCounts = 16...38

  /// - Precondition: that is the one form of this text: a tail is there exactly if the text is ASCII
  ///   of ``splitCounts`` bytes, and the head has fifteen bytes then.
  @inlinable
  package init(head: String, tail: Tail) {
    self.head = head
    self.tail = tail
  }

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

  /// The text; made anew each time where it has a tail.
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
