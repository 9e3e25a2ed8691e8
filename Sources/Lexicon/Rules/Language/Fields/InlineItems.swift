extension Rule {
  static let inlineItems = Rule(
    "inline-items",
    .warning,
    "The items of an array are no object without a name.",
    reason: "Not every compiler has a name for its type; a reference has one.",
    clause: Clause.specification("array"),
    bad: .definition(#"{"type":"array","items":{"type":"object","properties":{}}}"#),
    good: .definition(
      ##"{"type":"array","items":{"type":"ref","ref":"com.example.defs#item"}},"##
        + #""item":{"type":"object","properties":{}}"#
    )
  )
}
