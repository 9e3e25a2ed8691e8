extension Rule {
  static let badUnionMember = Rule(
    "bad-union-member",
    .error,
    "Members of a union are objects, records or tokens.",
    reason: "A value of another type cannot say which member it is.",
    clause: Clause.specification("union"),
    bad: .definition(
      #"{"type":"object","properties":{"a":{"type":"union","refs":["com.example.defs#word"]}}},"#
        + #""word":{"type":"string"}"#
    ),
    good: .definition(
      #"{"type":"object","properties":{"a":{"type":"union","refs":["com.example.defs#word"]}}},"#
        + #""word":{"type":"object","properties":{}}"#
    )
  )
}
