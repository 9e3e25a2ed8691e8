/// Texts of strangers, made fit to be shown.
enum DisplayText {
  /// The text without what could make it look like other text: control characters, line breaks, and
  /// marks that change the direction of writing. Escaping is left to the template.
  ///
  /// - Parameter maximum: the number of scalars after which the text is cut.
  static func cleaned(_ text: String, maximum: Int) -> String {
    var result = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      guard count < maximum else {
        result.append("…")
        break
      }
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
      // Joiners are part of words and emoji.
      case .format where scalar != "\u{200C}" && scalar != "\u{200D}": continue
      case .surrogate, .privateUse, .unassigned: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
      count += 1
    }
    return String(result)
  }

  /// The message of an error as a sentence.
  static func sentence(_ message: String) -> String {
    let text = cleaned(message, maximum: 300)
    // A handle keeps its case.
    let start = text.prefix { $0 != " " }
    let isName = start.contains(".") || start.contains(":")
    let body = isName ? text : text.capitalizedFirst
    return body.hasSuffix(".") || body.isEmpty ? body : body + "."
  }
}
