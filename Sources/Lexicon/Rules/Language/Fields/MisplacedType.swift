extension Rule {
  static let misplacedType = Rule(
    "misplaced-type",
    .error,
    "Each type stands where it may.",
    reason: "A token is no field; it is named.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .object(#""mood":{"type":"token"}"#),
    good: .object(#""mood":{"type":"string","maxLength":64}"#)
  )
}
