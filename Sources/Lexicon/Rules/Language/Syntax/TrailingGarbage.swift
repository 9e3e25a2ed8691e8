extension Rule {
  static let trailingGarbage = Rule(
    "trailing-garbage",
    .error,
    "Nothing follows the document in its file.",
    reason: "It is not known what it belongs to.",
    clause: Clause.json,
    bad: RuleExample(RuleExample.sound.documents[0] + "}"),
    good: .sound
  )
}
