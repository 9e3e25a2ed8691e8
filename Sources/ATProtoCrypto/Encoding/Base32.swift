/// Base32 (RFC 4648, 6) in lowercase and without padding, as `did:plc` and CIDs write it.
package enum Base32 {
  private static let alphabet = [UInt8]("abcdefghijklmnopqrstuvwxyz234567".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 8 + 4) / 5)
    var buffer: UInt32 = 0
    var bitCount = 0
    for byte in bytes {
      buffer = buffer << 8 | UInt32(byte)
      bitCount += 8
      while bitCount >= 5 {
        bitCount -= 5
        text.append(alphabet[Int(buffer >> UInt32(bitCount) & 31)])
      }
    }
    if bitCount > 0 {
      text.append(alphabet[Int(buffer << UInt32(5 - bitCount) & 31)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
