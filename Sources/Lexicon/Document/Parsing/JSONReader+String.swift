extension JSONReader {
  mutating func readString() throws(DocumentFault) -> String {
    let opening = index
    index += 1
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        index += 1
        return text
      }
      if byte == UInt8(ascii: "\\") {
        return try readEscapedString(opening: opening, start: start)
      }
      guard byte >= 0x20 else { throw controlCharacter() }
      index += 1
    }
    throw unterminated(opening)
  }

  private mutating func readEscapedString(
    opening: Int,
    start: Int
  ) throws(DocumentFault) -> String {
    var text = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text.append(contentsOf: UTF8.encode(try readEscape())!)
      case 0..<0x20:
        throw controlCharacter()
      default:
        text.append(byte)
        index += 1
      }
    }
    throw unterminated(opening)
  }

  private mutating func readEscape() throws(DocumentFault) -> Unicode.Scalar {
    let start = index
    index += 1
    guard index < bytes.count else { throw unexpected("an escape sequence") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default:
      throw DocumentFault(
        "json-syntax",
        at: start,
        "unknown escape sequence \(quoted("\\" + String(Unicode.Scalar(byte))))"
      )
    }
    let unit = try readHexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if unit < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    {
      let second = index
      index += 2
      let low = try readHexadecimal()
      if (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      {
        return scalar
      }
      // Not its other half: read it again as a character of its own.
      index = second
    }
    faults.append(
      DocumentFault(
        "lone-surrogate",
        at: start,
        "lone surrogate '\\u\(String(unit, radix: 16, uppercase: true))'"
      )
    )
    return "\u{FFFD}"
  }

  private mutating func readHexadecimal() throws(DocumentFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard index < bytes.count else { throw unexpected("four hexadecimal digits") }
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - 0x37)
      default: throw unexpected("four hexadecimal digits")
      }
      index += 1
    }
    return value
  }

  private func controlCharacter() -> DocumentFault {
    let name = bytes[index] == UInt8(ascii: "\n") ? "line break" : "control character"
    return DocumentFault(
      "json-syntax",
      at: index,
      "\(name) in a string (0x\(hex(bytes[index])))"
    )
  }

  private func unterminated(_ opening: Int) -> DocumentFault {
    DocumentFault("json-syntax", at: opening, "the string that begins here does not end")
  }
}
