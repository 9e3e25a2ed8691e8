import Lexicon

/// A line of a source file, safe to print on a terminal.
///
/// Control characters and characters that change the direction of text are escaped, tabs become
/// spaces, and long lines are truncated around the location.
struct SourceExcerpt {
  let line: String
  /// The number of terminal cells before the location.
  let caretColumn: Int

  private static let maximumBefore = 72
  private static let maximumAfter = 48

  /// Returns nil if the location is outside the text.
  init?(at location: SourceLocation, in bytes: [UInt8]) {
    guard location.offset <= bytes.count else { return nil }
    func isEnd(_ index: Int) -> Bool { [0x0A, 0x0D].contains(bytes[index]) }
    var start = location.offset
    while start > 0, !isEnd(start - 1), location.offset - start < Self.maximumBefore * 4 {
      start -= 1
    }
    var end = location.offset
    while end < bytes.count, !isEnd(end), end - location.offset < Self.maximumAfter * 4 {
      end += 1
    }
    var before = Self.cells(bytes[start..<location.offset])
    let isCut = start > 0 && !isEnd(start - 1)
    if isCut || before.count > Self.maximumBefore {
      before = [("…", 1)] + before.suffix(Self.maximumBefore)
    }
    var after = Self.cells(bytes[location.offset..<end])
    if after.count > Self.maximumAfter {
      after = after.prefix(Self.maximumAfter) + [("…", 1)]
    }
    guard !before.isEmpty || !after.isEmpty else { return nil }
    line = (before + after).map(\.text).joined()
    caretColumn = before.reduce(0) { $0 + $1.width }
  }

  /// The text on one line, without control characters.
  static func printable(_ text: String) -> String {
    text.unicodeScalars.map { cell($0).text }.joined()
  }

  private static func cells(_ bytes: ArraySlice<UInt8>) -> [(text: String, width: Int)] {
    var bytes = bytes.drop { $0 & 0xC0 == 0x80 }
    // A byte order mark is not part of the line.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.map(cell)
  }

  private static func cell(_ scalar: Unicode.Scalar) -> (text: String, width: Int) {
    if scalar == "\t" { return ("  ", 2) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
      .privateUse:
      let text = "\\u{\(String(scalar.value, radix: 16))}"
      return (text, text.utf8.count)
    case .nonspacingMark, .enclosingMark:
      return (String(scalar), 0)
    default:
      return (String(scalar), isWide(scalar) ? 2 : 1)
    }
  }

  /// The wide ranges of Unicode Standard Annex #11, joined across unassigned gaps.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
      0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
