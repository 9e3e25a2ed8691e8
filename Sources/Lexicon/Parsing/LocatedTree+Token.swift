extension LocatedTree {
  /// Returns the key, scalar, or bracket at an offset, for example to underline a finding.
  ///
  /// The range contains the offset, and is only empty at the end of the file. Between tokens, it is
  /// one character.
  package func token(at offset: Int) -> Range<Int> {
    let offset = min(max(offset, source.start), source.bytes.count)
    return enclosing(offset) ?? lexical(offset)
  }

  /// The key or scalar around an offset; nil if there is none, or if the file is not well-formed.
  private func enclosing(_ offset: Int) -> Range<Int>? {
    guard var value = root, value.range.contains(offset) else { return nil }
    while true {
      switch value.kind {
      case .object(let members):
        guard let index = members.lastIndex(startingAt: offset, by: \.nameRange.lowerBound) else {
          return nil
        }
        let member = members[index]
        if member.nameRange.contains(offset) { return member.nameRange }
        value = member.value
      case .array(let elements):
        guard let index = elements.lastIndex(startingAt: offset, by: \.range.lowerBound) else {
          return nil
        }
        value = elements[index]
      default: return value.range
      }
      guard value.range.contains(offset) else { return nil }
    }
  }

  /// The token that the bytes at an offset belong to, without the context of the whole file.
  private func lexical(_ offset: Int) -> Range<Int> {
    let bytes = source.bytes
    guard offset < bytes.count else { return bytes.count..<bytes.count }
    switch bytes[offset] {
    case UInt8(ascii: "\""): return offset..<endOfString(offset)
    case UInt8(ascii: "\\"):
      let length = offset + 1 < bytes.count && bytes[offset + 1] == UInt8(ascii: "u") ? 6 : 2
      return offset..<min(offset + length, bytes.count)
    case let byte where Self.isWord(byte):
      var (start, end) = (offset, offset)
      while start > source.start, Self.isWord(bytes[start - 1]) { start -= 1 }
      while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
      return start..<end
    default:
      var end = offset + 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      return offset..<end
    }
  }

  /// The end of a string that begins at an offset: after its closing quotation mark, or at the end
  /// of the line if there is none.
  private func endOfString(_ start: Int) -> Int {
    let bytes = source.bytes
    var end = start + 1
    while end < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "\""): return end + 1
      case UInt8(ascii: "\\"): end += 2
      case 0..<0x20: return end
      default: end += 1
      }
    }
    return bytes.count
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }
}

extension Array {
  /// The last element that begins at or before an offset. The elements are in the order of the
  /// file.
  fileprivate func lastIndex(startingAt offset: Int, by start: (Element) -> Int) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if start(self[middle]) <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }
}
