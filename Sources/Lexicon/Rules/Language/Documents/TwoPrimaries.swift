extension Rule {
  static let twoPrimaries = Rule(
    "two-primaries",
    .error,
    "A document has one primary definition at most.",
    reason: "The NSID names it.",
    clause: Clause.specification("Lexicon Files"),
    bad: .definitions(
      """
      "main":{"type":"record","description":"A note.","key":"tid","record":{"type":"object",\
      "properties":{}}},
      "other":{"type":"record","description":"A note.","key":"tid","record":{"type":"object",\
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
