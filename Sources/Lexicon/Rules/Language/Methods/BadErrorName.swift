extension Rule {
  static let badErrorName = Rule(
    "bad-error-name",
    .error,
    "Names of errors have no white space.",
    reason: "They are compared letter by letter.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .procedure(#""output":{"encoding":"*/*"},"errors":[{"name":"Not Found"}]"#),
    good: .procedure(#""output":{"encoding":"*/*"},"errors":[{"name":"NotFound"}]"#)
  )
}
