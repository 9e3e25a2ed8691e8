extension Rule {
  static let tooMany = Rule(
    "too-many",
    .error,
    "A list of alternatives has 1000 at most.",
    reason: "More become types that take compilers minutes and gigabytes.",
    clause: "Limit of lexgen",
    bad: .definition(#"{"type":"string","enum":[\#(values)]}"#),
    good: .definition(#"{"type":"string","maxLength":4}"#)
  )

  private static let values = (0...1_000).map { "\"\($0)\"" }.joined(separator: ",")
}
