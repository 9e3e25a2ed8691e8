extension Rule {
  static let emptyClosedUnion = Rule(
    "empty-closed-union",
    .error,
    "A closed union has members.",
    reason: "No value would be allowed.",
    clause: Clause.specification("union"),
    bad: .object(#""a":{"type":"union","refs":[],"closed":true}"#),
    good: .object(#""a":{"type":"union","refs":[]}"#)
  )
}
