extension Rule {
  static let integerTooLarge = Rule(
    "integer-too-large",
    .error,
    "Integers fit 64 bits.",
    reason: "The data model has no others.",
    clause: "Data Model specification, \"Data Types\"",
    bad: .definition(#"{"type":"integer","maximum":9223372036854775808}"#),
    good: .definition(#"{"type":"integer","maximum":9223372036854775807}"#)
  )
}
