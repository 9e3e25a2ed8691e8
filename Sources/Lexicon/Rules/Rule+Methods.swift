// Lexicon specification, "Primary Type Definitions".
extension Rule {
  private static func endpoint(_ fields: String, type: String = "procedure") -> RuleExample {
    .definitions(
      #""main":{"type":"\#(type)","description":"Adds a note.",\#(fields)}"#,
      of: "com.example.addNote"
    )
  }

  private static func record(_ key: String) -> RuleExample {
    .definitions(
      #""main":{"type":"record","description":"A note.","key":"\#(key)","record":{"#
        + #""type":"object","properties":{}}}"#
    )
  }

  private static let section = "\(Clause.lexicon), \"Primary Type Definitions\""

  static let methodRules: [Rule] = [
    language(
      "bad-record-key",
      .error,
      "'key' is tid, nsid, any or literal:….",
      "There are no other record key types.",
      "Record Key specification",
      bad: record("self"),
      good: record("literal:self")
    ),
    language(
      "query-input",
      .error,
      "A query has no 'input'.",
      "It is an HTTP GET, which has no body.",
      section,
      bad: endpoint(#""input":{"encoding":"*/*"},"output":{"encoding":"*/*"}"#, type: "query"),
      good: endpoint(#""input":{"encoding":"*/*"},"output":{"encoding":"*/*"}"#)
    ),
    language(
      "bad-encoding",
      .error,
      "'encoding' is a MIME type or a pattern of one.",
      "Nothing else can be compared with a body's type.",
      section,
      bad: endpoint(#""output":{"encoding":"json"}"#),
      good: endpoint(#""output":{"encoding":"application/json"}"#)
    ),
    language(
      "encoding-parameters",
      .warning,
      "'encoding' has no parameters.",
      "Readers compare it with the MIME type alone.",
      section,
      bad: endpoint(#""output":{"encoding":"text/plain; charset=utf-8"}"#),
      good: endpoint(#""output":{"encoding":"text/plain"}"#)
    ),
    language(
      "schema-without-json",
      .warning,
      "Only a JSON body has a schema.",
      "A schema says nothing about other bodies.",
      section,
      bad: endpoint(
        #""output":{"encoding":"image/png","schema":{"type":"object","properties":{}}}"#
      ),
      good: endpoint(#""output":{"encoding":"image/png"}"#)
    ),
    language(
      "bad-error-name",
      .error,
      "Names of errors have no white space.",
      "They are compared letter by letter.",
      section,
      bad: endpoint(#""errors":[{"name":"Not Found"}]"#),
      good: endpoint(#""errors":[{"name":"NotFound"}]"#)
    ),
  ]
}
