extension Rule {
  static let badEncoding = Rule(
    "bad-encoding",
    .error,
    "'encoding' is a MIME type or a pattern of one.",
    reason: "Nothing else can be compared with a body's type.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .procedure(#""output":{"encoding":"json"}"#),
    good: .procedure(#""output":{"encoding":"application/json"}"#)
  )
}
