extension Rule {
  static let nameCasing = Rule(
    "name-casing",
    .warning,
    "The names of schemas, definitions and fields should be in lowerCamelCase.",
    reason:
      "Code in many languages is generated from these names, and letters and digits work in all.",
    clause: Clause.casing,
    bad: .record(#""CreatedAt":{"type":"string","format":"datetime"}"#),
    good: .record(#""createdAt":{"type":"string","format":"datetime"}"#)
  ) { subject in
    if !Words.isLowerCamelCase(subject.name) {
      subject.report(
        at: subject.document.id.location,
        "the name \(quoted(subject.name)) is not in lowerCamelCase"
      )
    }
    // Names with other characters are reported by `name-syntax`.
    for definition in subject.document.definitions
    where Words.fault(inName: definition.name.value) == nil
      && !Words.isLowerCamelCase(definition.name.value)
    {
      subject.report(
        at: definition.name.location,
        "the name \(quoted(definition.name.value)) is not in lowerCamelCase"
      )
    }
    subject.schemas { site in
      guard let name = site.property?.name.value, !site.isElement,
        Words.fault(inName: name) == nil, !Words.isLowerCamelCase(name)
      else { return nil }
      return "the name \(quoted(name)) is not in lowerCamelCase"
    }
  }
}
