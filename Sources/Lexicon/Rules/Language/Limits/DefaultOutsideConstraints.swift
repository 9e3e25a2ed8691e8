extension Rule {
  static let defaultOutsideConstraints = Rule(
    "default-outside-constraints",
    .error,
    "A default meets the other constraints.",
    reason: "A reader would fill in what it must refuse.",
    clause: Clause.specification("integer"),
    bad: .definition(#"{"type":"integer","maximum":1,"default":2}"#),
    good: .definition(#"{"type":"integer","maximum":2,"default":2}"#)
  )
}
