extension Rule {
  static let endlessValue = Rule(
    "endless-value",
    .error,
    "Some value of a type is finite.",
    reason: "An object that requires itself can never be written down.",
    clause: Clause.specification("ref"),
    bad: .object(
      #""next":{"type":"ref","ref":"com.example.defs#example"}"#,
      #","required":["next"]"#
    ),
    good: .object(#""next":{"type":"ref","ref":"com.example.defs#example"}"#)
  )
}
