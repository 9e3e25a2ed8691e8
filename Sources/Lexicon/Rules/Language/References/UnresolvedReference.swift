extension Rule {
  static let unresolvedReference = Rule(
    "unresolved-reference",
    .error,
    "What is referred to is there.",
    reason: "A value could neither be read nor be checked.",
    clause: Clause.specification("ref"),
    bad: .definition(
      #"{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.defs#otter"}}},"#
        + #""other":{"type":"object","properties":{}}"#
    ),
    good: .definition(
      #"{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.defs#other"}}},"#
        + #""other":{"type":"object","properties":{}}"#
    )
  )
}
