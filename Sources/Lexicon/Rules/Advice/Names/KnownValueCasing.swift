extension Rule {
  static let knownValueCasing = Rule(
    "known-value-casing",
    .note,
    "Fixed strings should be in kebab-case.",
    reason: "Fixed strings are data rather than names, and should look the same in every schema.",
    clause: Clause.casing,
    bad: .record(#""mood":{"type":"string","maxLength":64,"knownValues":["VeryCalm"]}"#),
    good: .record(#""mood":{"type":"string","maxLength":64,"knownValues":["very-calm"]}"#)
  ) { subject in
    for site in subject.sites {
      guard case .string(let string) = site.schema.kind, string.format == nil else { continue }
      for value in (string.knownValues ?? []) + (string.enum ?? []) where !isPlain(value.value) {
        subject.report(at: value.location, "\(quoted(value.value)) is not in kebab-case")
      }
    }
  }

  /// A name that the protocol defines (Event Stream specification, "Sequence Numbers").
  private static let outdatedCursor = "OutdatedCursor"

  /// References to tokens, MIME types and paths have a syntax of their own, and system label values
  /// begin with an exclamation mark.
  private static func isPlain(_ value: String) -> Bool {
    if value == outdatedCursor { return true }
    if value.unicodeScalars.contains(where: { "#.:/*+".unicodeScalars.contains($0) }) {
      return true
    }
    return Words.isKebabCase(value.hasPrefix("!") ? String(value.dropFirst()) : value)
  }
}
