extension Rule {
  static let nameSyntax = Rule(
    "name-syntax",
    .warning,
    "The names of definitions, properties, and parameters should consist of ASCII letters and "
      + "digits, and not begin with a digit.",
    reason: "Other characters do not work in the names of generated code.",
    clause: Clause.casing,
    bad: .record(#""created-at":{"type":"string","format":"datetime"}"#),
    good: .record(#""createdAt":{"type":"string","format":"datetime"}"#)
  ) { subject in
    for definition in subject.document.definitions {
      guard let problem = Words.fault(inName: definition.name.value) else { continue }
      subject.report(
        at: definition.name.location,
        "the name \(quoted(definition.name.value)) \(problem)"
      )
    }
    subject.schemas { site in
      guard let name = site.property?.name.value, !site.isElement,
        let problem = Words.fault(inName: name)
      else { return nil }
      return "the name \(quoted(name)) \(problem)"
    }
  }
}
