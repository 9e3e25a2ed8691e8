extension Rule {
  static let undescribedToken = Rule(
    "undescribed-token",
    .warning,
    "Every token should have a description.",
    reason: "A token has no content, so its description is its whole meaning.",
    clause: "Lexicon specification, \"token\"",
    bad: .definition(#"{"type":"token"}"#),
    good: .definition(#"{"type":"token","description":"The account is for examples."}"#)
  ) { subject in
    for definition in subject.document.definitions where !definition.isMain {
      guard case .token = definition.kind, (definition.description ?? "").isEmpty else { continue }
      subject.report(
        at: definition.name.location,
        "the token \(quoted(definition.name.value)) has no description; add a 'description'"
      )
    }
  }
}
