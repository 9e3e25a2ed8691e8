// RFC 1035, 3.1 and 4.1.4:
//
//   name    = *label ( 0 / pointer )
//   label   = length 1*63( byte )
//   pointer = 2 bytes: the bits 11, then the offset of "a prior occurrence" of the rest of the name
//
// At most 255 bytes.

/// A domain name in the form that messages have, without compression and with letters in lowercase,
/// because names are compared "in a case-insensitive manner" (2.3.3).
struct DNSName: Hashable, Sendable {
  private static let maximumLength = 255
  private static let maximumLabelLength = 63
  /// A name has at most 127 labels, and a pointer replaces at least one.
  private static let maximumPointers = 127

  /// Labels after their lengths, the last of which is zero.
  let bytes: [UInt8]

  /// Parses the text of a name; nil if a label is empty or too long, or the whole name is too long.
  init?(_ text: String) {
    var bytes: [UInt8] = []
    guard text.utf8.count <= Self.maximumLength else { return nil }
    for label in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...Self.maximumLabelLength).contains(label.count) else { return nil }
      bytes.append(UInt8(label.count))
      bytes += label.map(Self.lowercased)
    }
    guard bytes.count < Self.maximumLength else { return nil }
    self.bytes = bytes + [0]
  }

  /// Reads the name at `offset` of a message and moves the offset past it; nil if it is malformed.
  ///
  /// Pointers lead backward only, and there is a limit to their number, so that a loop ends.
  init?(in message: [UInt8], at offset: inout Int) {
    var bytes: [UInt8] = []
    var position = offset
    var end: Int?
    var pointers = 0
    while position < message.count {
      let length = Int(message[position])
      switch length >> 6 {
      case 0b00:
        guard position + 1 + length <= message.count,
          bytes.count + 1 + length <= Self.maximumLength
        else { return nil }
        bytes.append(UInt8(length))
        position += 1
        bytes += message[position..<position + length].map(Self.lowercased)
        position += length
        guard length == 0 else { continue }
        offset = end ?? position
        self.bytes = bytes
        return
      case 0b11:
        guard position + 1 < message.count, pointers < Self.maximumPointers else { return nil }
        let target = (length & 0x3F) << 8 | Int(message[position + 1])
        guard target < position else { return nil }
        if end == nil { end = position + 2 }
        pointers += 1
        position = target
      default: return nil
      }
    }
    return nil
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
