extension Rule {
  static let encodingParameters = Rule(
    "encoding-parameters",
    .warning,
    "'encoding' has no parameters.",
    reason: "Readers compare it with the MIME type alone.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .procedure(#""output":{"encoding":"text/plain; charset=utf-8"}"#),
    good: .procedure(#""output":{"encoding":"text/plain"}"#)
  )
}
