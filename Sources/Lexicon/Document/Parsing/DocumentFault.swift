/// What a reader found wrong, by offset. Thrown, it ends the reading.
struct DocumentFault: Error {
  var severity = Diagnostic.Severity.error
  var rule: String
  var offset: Int
  var message: String
  var note: (offset: Int, message: String)?

  init(_ rule: String, at offset: Int, _ message: String) {
    self.rule = rule
    self.offset = offset
    self.message = message
  }

  func diagnostic(in source: SourceText) -> Diagnostic {
    Diagnostic(
      severity,
      rule: rule,
      at: source.location(at: offset),
      message,
      notes: note.map { [.init($0.message, at: source.location(at: $0.offset))] } ?? []
    )
  }

  /// Deeper documents are refused: no schema needs it, and readers and checks may then recurse.
  static let maximumDepth = 128

  static func tooDeep(at offset: Int) -> DocumentFault {
    DocumentFault(
      "too-deep",
      at: offset,
      "nested more than \(maximumDepth) levels deep"
    )
  }

  static func duplicateKey(
    _ name: String,
    at offset: Int,
    first: Int
  ) -> DocumentFault {
    var fault = DocumentFault("duplicate-key", at: offset, "duplicate key \(quoted(name))")
    fault.note = (first, "the first is here")
    return fault
  }

  static func integerTooLarge(_ text: String, at offset: Int) -> DocumentFault {
    DocumentFault("integer-too-large", at: offset, "\(abbreviated(text)) does not fit 64 bits")
  }
}
