extension Rule {
  static let notUTF8 = Rule(
    "not-utf-8",
    .error,
    "A document is text in UTF-8.",
    reason: "Nothing else is exchanged.",
    clause: "\(Clause.json), section 8.1",
    // UTF-16: the first of two bytes of each character is zero.
    bad: RuleExample("\0{\0}"),
    good: .sound
  )
}
