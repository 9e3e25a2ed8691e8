extension SourceText {
  /// Refuses what is not UTF-8 (RFC 8259, section 8.1), saying what it is instead where that can
  /// be told.
  func checkEncoding() throws(DocumentFault) -> [DocumentFault] {
    var warnings: [DocumentFault] = []
    if start > 0 {
      var fault = DocumentFault(
        "byte-order-mark",
        at: 0,
        "the file begins with a byte order mark; it is ignored"
      )
      fault.severity = .warning
      warnings.append(fault)
    }
    if let name = wideEncoding {
      throw DocumentFault("not-utf-8", at: 0, "the file is \(name); expected UTF-8")
    }
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw DocumentFault(
        "not-utf-8",
        at: error.byteOffsets.lowerBound,
        "invalid UTF-8: byte 0x\(hex(bytes[error.byteOffsets.lowerBound]))"
      )
    }
    if let offset = bytes.firstIndex(of: 0) {
      throw DocumentFault("nul-byte", at: offset, "NUL byte; is this a text file?")
    }
    return warnings
  }

  /// UTF-32 and UTF-16, by byte order mark, or by where the zeros of the first two characters
  /// are, which are ASCII in every JSON document (RFC 4627, section 3).
  private var wideEncoding: String? {
    let head = Array(bytes.prefix(4))
    if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
      return "UTF-32"
    }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard head.count >= 2 else { return nil }
    let zeros = head.map { $0 == 0 }
    return switch zeros {
    case [false, true, true, true], [true, true, true, false]: "UTF-32"
    case [false, true, false, true], [true, false, true, false], [false, true], [true, false]:
      "UTF-16"
    default: nil
    }
  }
}

func hex(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return digits.count == 1 ? "0\(digits)" : digits
}
