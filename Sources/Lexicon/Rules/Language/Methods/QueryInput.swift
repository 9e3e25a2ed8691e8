extension Rule {
  static let queryInput = Rule(
    "query-input",
    .error,
    "A query has no 'input'.",
    reason: "It is an HTTP GET, which has no body.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .definitions(
      """
      "main":{"type":"query","description":"Finds a note.","input":{"encoding":"*/*"},\
      "output":{"encoding":"*/*"}}
      """,
      of: "com.example.findNote"
    ),
    good: .definitions(
      """
      "main":{"type":"query","description":"Finds a note.","output":{"encoding":"*/*"}}
      """,
      of: "com.example.findNote"
    )
  )
}
