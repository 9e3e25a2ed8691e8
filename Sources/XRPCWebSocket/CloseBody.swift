package import NIOCore

extension ByteBuffer {
  /// Creates the body of a close frame. The reason is truncated to fit in a control frame (RFC
  /// 6455, 5.5).
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
