extension Rule {
  static let nullableOptional = Rule(
    "nullable-optional",
    .warning,
    "A field is optional or nullable, not both.",
    reason: "Absent and null are two ways to say nothing, and readers differ in what they take "
      + "each for.",
    clause: "Lexicon specification, \"object\"",
    bad: .definition(
      #"{"type":"object","nullable":["note"],"properties":{"note":{"type":"string"}}}"#
    ),
    good: .definition(#"{"type":"object","properties":{"note":{"type":"string"}}}"#)
  ) { subject in
    subject.schemas { site in
      guard let property = site.property, !site.isElement, property.isNullable,
        !property.isRequired
      else { return nil }
      return
        "\(site.name) can be absent and can be null; say which of them means that there is none"
    }
  }
}
