import Lexicon

/// A diagnostic with what a reader who has not the file before them needs.
struct Finding {
  var diagnostic: Diagnostic
  /// The document that the finding is about, where that is known.
  var nsid: String?
  /// The place in the document, as a JSON Pointer (RFC 6901): `/defs/main/record`.
  var path: String?
  /// The one safe answer, where there is one.
  var edits: [TextEdit] = []
  /// What a command adds: `class`, for instance. Keys are in camel case.
  var properties: [String: String] = [:]

  init(_ diagnostic: Diagnostic) {
    self.diagnostic = diagnostic
  }
}

/// What a rule is, for formats that carry their rules along.
struct DiagnosticRule {
  var id: String
  var severity: Diagnostic.Severity
  /// One sentence.
  var summary: String
  /// Why, and where it is written.
  var explanation: String
}
