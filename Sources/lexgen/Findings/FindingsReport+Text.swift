import Lexicon
import LexiconProject

extension FindingsReport {
  /// `path:line:column: severity: message [rule]`, followed by the source line with a caret; for
  /// changes `[rule, class]`.
  func text(isColored: Bool) -> String {
    let sources = Dictionary(sources.map { ($0.path, $0.bytes) }) { first, _ in first }
    let style = TextStyle(isColored: isColored)
    var text = ""
    for finding in shown {
      let diagnostic = finding.diagnostic
      // A change has a class, which 'lexgen rules' explains, or a reason why it is accepted.
      let classification =
        finding.properties["accepted"].map { ", accepted: \($0)" }
        ?? finding.properties["class"].map { ", \($0)" } ?? ""
      text += style.line(
        diagnostic.location,
        diagnostic.severity,
        diagnostic.message,
        rule: diagnostic.rule + classification
      )
      text += style.excerpt(diagnostic.location, in: sources)
      for note in diagnostic.notes {
        text += style.line(note.location, .note, note.message, rule: nil)
        text += style.excerpt(note.location, in: sources)
      }
      if !finding.edits.isEmpty { text += style.hint("use --fix to correct this") }
    }
    return text
  }
}

/// The layout of text for terminals.
struct TextStyle {
  var isColored: Bool

  func line(
    _ location: SourceLocation,
    _ severity: Diagnostic.Severity,
    _ message: String,
    rule: String?
  ) -> String {
    let name = rule.map { " [\($0)]" } ?? ""
    let place = SourceExcerpt.printable("\(location)")
    let message = SourceExcerpt.printable(message)
    guard isColored else { return "\(place): \(severity.rawValue): \(message)\(name)\n" }
    let color =
      switch severity {
      case .error: "31"
      case .warning: "33"
      case .note: "36"
      }
    return "\u{1B}[1m\(place): \u{1B}[\(color)m\(severity.rawValue):\u{1B}[0m"
      + " \u{1B}[1m\(message)\u{1B}[0m\(name)\n"
  }

  func excerpt(_ location: SourceLocation, in sources: [String: [UInt8]]) -> String {
    guard let bytes = sources[location.path],
      let excerpt = SourceExcerpt(at: location, in: bytes)
    else { return "" }
    let number = String(location.line)
    let margin = String(repeating: " ", count: max(0, 5 - number.count))
    let space = String(repeating: " ", count: excerpt.caretColumn)
    let caret = isColored ? "\u{1B}[32m^\u{1B}[0m" : "^"
    let blank = String(repeating: " ", count: max(5, number.count))
    return "\(margin)\(number) | \(excerpt.line)\n\(blank) | \(space)\(caret)\n"
  }

  func hint(_ text: String) -> String { "      = \(text)\n" }
}
