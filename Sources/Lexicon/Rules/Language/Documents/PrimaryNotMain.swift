extension Rule {
  static let primaryNotMain = Rule(
    "primary-not-main",
    .error,
    "A primary definition is called 'main'.",
    reason: "The NSID names it.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definitions(
      """
      "note":{"type":"record","description":"A note.","key":"tid","record":{"type":"object",\
      "properties":{}}}
      """
    ),
    good: .definitions(
      """
      "main":{"type":"record","description":"A note.","key":"tid","record":{"type":"object",\
      "properties":{}}}
      """
    )
  )
}
