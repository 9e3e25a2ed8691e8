extension Rule {
  static let constOutsideConstraints = Rule(
    "const-outside-constraints",
    .error,
    "A constant meets the other constraints.",
    reason: "No value would be allowed.",
    clause: Clause.specification("integer"),
    bad: .definition(#"{"type":"integer","maximum":1,"const":2}"#),
    good: .definition(#"{"type":"integer","maximum":2,"const":2}"#)
  )
}
