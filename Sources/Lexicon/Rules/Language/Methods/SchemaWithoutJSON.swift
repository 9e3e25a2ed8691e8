extension Rule {
  static let schemaWithoutJSON = Rule(
    "schema-without-json",
    .warning,
    "Only a JSON body has a schema.",
    reason: "A schema says nothing about other bodies.",
    clause: Clause.specification("Primary Type Definitions"),
    bad: .procedure(
      #""output":{"encoding":"image/png","schema":{"type":"object","properties":{}}}"#
    ),
    good: .procedure(#""output":{"encoding":"image/png"}"#)
  )
}
