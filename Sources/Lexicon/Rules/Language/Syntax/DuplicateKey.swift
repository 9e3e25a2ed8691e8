extension Rule {
  static let duplicateKey = Rule(
    "duplicate-key",
    .error,
    "An object has each key once.",
    reason: "Readers differ in which of two they take.",
    clause: "\(Clause.json), section 4",
    bad: .definition(#"{"type":"boolean","type":"integer"}"#),
    good: .sound
  )
}
