extension Rule {
  static let nulByte = Rule(
    "nul-byte",
    .error,
    "A document has no NUL bytes.",
    reason: "It is then no text, or text in another encoding than UTF-8.",
    clause: Clause.json,
    bad: RuleExample("{} \0"),
    good: .sound
  )
}
