// Rules about records, queries, procedures and subscriptions. `Document/Decoding/` reports them.
extension Rule {
  static let methodRules = [
    badRecordKey, queryInput, badEncoding, encodingParameters, schemaWithoutJSON, badErrorName,
  ]

  static let badRecordKey = Rule(
    "bad-record-key",
    .error,
    "'key' must be 'tid', 'nsid', 'any' or 'literal:<record key>'.",
    reason: "These are the only record key types.",
    clause: "Record Key specification",
    bad: .recordKey("self"),
    good: .recordKey("literal:self")
  )

  static let queryInput = Rule(
    "query-input",
    .error,
    "A query must not have an 'input'.",
    reason: "A query is an HTTP GET request, which has no body.",
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

  static let badEncoding = Rule(
    "bad-encoding",
    .error,
    "'encoding' must be a MIME type or a MIME type pattern.",
    reason: "The media type of a body cannot match anything else.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .procedure(#""output":{"encoding":"json"}"#),
    good: .procedure(#""output":{"encoding":"application/json"}"#)
  )

  static let encodingParameters = Rule(
    "encoding-parameters",
    .warning,
    "'encoding' should not have parameters.",
    reason: "Software compares it with the MIME type alone.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .procedure(#""output":{"encoding":"text/plain; charset=utf-8"}"#),
    good: .procedure(#""output":{"encoding":"text/plain"}"#)
  )

  static let schemaWithoutJSON = Rule(
    "schema-without-json",
    .warning,
    "Only a JSON body should have a schema.",
    reason: "A schema cannot describe any other body.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .procedure(
      #""output":{"encoding":"image/png","schema":{"type":"object","properties":{}}}"#
    ),
    good: .procedure(#""output":{"encoding":"image/png"}"#)
  )

  static let badErrorName = Rule(
    "bad-error-name",
    .error,
    "An error name must not be empty or contain white space.",
    reason: "Clients compare error names literally.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .procedure(#""output":{"encoding":"*/*"},"errors":[{"name":"Not Found"}]"#),
    good: .procedure(#""output":{"encoding":"*/*"},"errors":[{"name":"NotFound"}]"#)
  )
}
