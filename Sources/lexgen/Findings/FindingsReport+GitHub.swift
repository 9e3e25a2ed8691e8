import Lexicon
import LexiconProject

extension FindingsReport {
  /// Workflow commands: `::warning file=…,line=…,col=…,title=…::message`.
  func github() -> String {
    shown.map { finding in
      let diagnostic = finding.diagnostic
      let command =
        switch diagnostic.severity {
        case .error: "error"
        case .warning: "warning"
        case .note: "notice"
        }
      let place = diagnostic.location
      var message = diagnostic.message
      for note in diagnostic.notes { message += "\n\(note.location): \(note.message)" }
      let end = finding.end.map { ",endLine=\($0.line),endColumn=\($0.column)" } ?? ""
      return "::\(command) file=\(Self.property(place.path)),line=\(place.line),"
        + "col=\(place.column)\(end),title=\(Self.property(diagnostic.rule))::\(Self.data(message))\n"
    }.joined()
  }

  /// Escapes the characters that the text of a command must not contain.
  private static func data(_ text: String) -> String {
    escape(text) { "%\r\n".unicodeScalars.contains($0) }
  }

  /// Escapes the text of a property, including the characters that would end it.
  private static func property(_ text: String) -> String {
    escape(text) { "%\r\n:,".unicodeScalars.contains($0) }
  }

  private static func escape(_ text: String, _ isSpecial: (Unicode.Scalar) -> Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if isSpecial(scalar) {
        let code = String(scalar.value, radix: 16, uppercase: true)
        result += code.count == 1 ? "%0\(code)" : "%\(code)"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
