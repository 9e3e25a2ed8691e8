package import Lexicon

/// A diagnostic with the context that readers without the file need.
package struct Finding: Sendable {
  package var diagnostic: Diagnostic
  /// The document that the finding is about, if known.
  package var nsid: String?
  /// The path in the document, as a JSON Pointer (RFC 6901): `/defs/main/record`.
  package var path: String?
  /// The single safe correction, if there is one.
  package var edits: [TextEdit] = []
  /// Properties that a command adds, such as `class`. Keys are in camel case.
  package var properties: [String: String] = [:]

  package init(_ diagnostic: Diagnostic) {
    self.diagnostic = diagnostic
  }
}

/// The description of a rule, for formats that include their rules.
package struct DiagnosticRule: Sendable {
  package var id: String
  package var severity: Diagnostic.Severity
  /// One sentence.
  package var summary: String
  /// The reason, and its source.
  package var explanation: String

  package init(id: String, severity: Diagnostic.Severity, summary: String, explanation: String) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.explanation = explanation
  }
}
