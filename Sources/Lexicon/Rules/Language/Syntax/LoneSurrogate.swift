extension Rule {
  static let loneSurrogate = Rule(
    "lone-surrogate",
    .error,
    "Escapes of surrogates come in pairs.",
    reason: "One half is no character, and readers differ in what they make of it.",
    clause: "\(Clause.json), section 8.2",
    bad: .definition(#"{"type":"token","description":"\uD800"}"#),
    good: .definition(#"{"type":"token","description":"\uD83D\uDE00"}"#)
  )
}
