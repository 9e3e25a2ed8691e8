extension Rule {
  static let aliasCycle = Rule(
    "alias-cycle",
    .error,
    "References do not lead in a circle.",
    reason: "There would be no type at their end.",
    clause: Clause.specification("ref"),
    bad: .definition(#"{"type":"array","items":{"type":"ref","ref":"com.example.defs#example"}}"#),
    good: .definition(
      #"{"type":"array","items":{"type":"ref","ref":"com.example.defs#item"}},"#
        + #""item":{"type":"object","properties":{}}"#
    )
  )
}
