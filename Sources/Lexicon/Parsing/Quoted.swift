/// Returns text from the input in quotation marks for a message: control characters are escaped,
/// and long text is truncated.
package func quoted(_ text: String) -> String {
  "'\(abbreviated(text))'"
}

func abbreviated(_ text: String) -> String { printable(text, maximum: 80) }

extension String {
  /// The text with control characters escaped, so that it can be printed to a terminal.
  package var printable: String { Lexicon.printable(self, maximum: .max) }
}

private func printable(_ text: String, maximum: Int) -> String {
  var result = ""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < maximum else {
      result += "…"
      break
    }
    count += 1
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
      .privateUse:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default:
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}
