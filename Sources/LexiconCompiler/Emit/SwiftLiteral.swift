/// Escapes text from schemas for use in Swift source.
package enum SwiftLiteral {
  /// A string literal with its quotes.
  ///
  /// Everything except printable ASCII and other visible characters is written as `\u{…}`,
  /// including all kinds of line breaks and characters that change the direction of text. Quotation
  /// marks and backslashes are escaped, which also disables interpolations.
  package static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case " "..."~": result.unicodeScalars.append(scalar)
      case _ where scalar.value > 0x7F && isVisible(scalar): result.unicodeScalars.append(scalar)
      default: result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return result + "\""
  }

  /// The arguments of a `FieldTable`: the keys in one literal, separated by spaces, or by the first
  /// character that none of them contain.
  package static func table(_ keys: [String]) -> String {
    if keys.isEmpty { return "" }
    let used = Set(keys.lazy.flatMap(\.unicodeScalars))
    let printable = (0x20...0xD7FF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init)
    let separator = printable.first { !used.contains($0) } ?? " "
    let text = string(keys.joined(separator: String(separator)))
    return separator == " " ? text : "\(text), separator: \(string(String(separator)))"
  }

  /// The lines of a documentation comment, without the slashes.
  ///
  /// Breaks at every character that a tool may treat as a line break, removes control and direction
  /// characters, and wraps at `width` columns.
  package static func commentLines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    func flush() {
      lines += wrapped(current, width: width)
      current = ""
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}": flush()
      case "\r": flush()
      case "\t": current += " "
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: break
      case _ where scalar.value > 0x7F && !isVisible(scalar): break
      default: current.unicodeScalars.append(scalar)
      }
    }
    flush()
    while lines.last == "" { lines.removeLast() }
    return Array(lines.drop { $0.isEmpty })
  }

  private static func wrapped(_ line: String, width: Int) -> [String] {
    if line.utf8.count <= width {
      return [trimmed(line)]
    }
    var lines: [String] = []
    var current = ""
    var count = 0
    for word in line.split(separator: " ") {
      let length = word.utf8.count
      if !current.isEmpty, count + 1 + length > width {
        lines.append(current)
        current = ""
        count = 0
      }
      if !current.isEmpty {
        current += " "
        count += 1
      }
      current += word
      count += length
    }
    lines.append(current)
    return lines
  }

  private static func trimmed(_ line: String) -> String {
    guard line.utf8.first == 0x20 || line.utf8.last == 0x20 else { return line }
    return line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
      .unassigned:
      false
    default: true
    }
  }
}
