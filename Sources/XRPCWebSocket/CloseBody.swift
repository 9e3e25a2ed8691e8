package import NIOCore

extension ByteBuffer {
  /// The body of a close frame; the reason is cut to what a control frame holds (RFC 6455, 5.5).
  package init(closeCode code: Int, reason: String = "") {
    self = ByteBufferAllocator().buffer(capacity: 125)
    writeInteger(UInt16(code))
    var rest = 123
    for character in reason {
      rest -= character.utf8.count
      guard rest >= 0 else { break }
      writeString(String(character))
    }
  }
}
