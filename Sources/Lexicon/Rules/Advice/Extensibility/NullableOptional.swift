extension Rule {
  static let nullableOptional = Rule(
    "nullable-optional",
    .warning,
    "A field should be optional or nullable, but not both.",
    reason: "Absent and null are two ways to express no value, and software disagrees on how they "
      + "differ.",
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
        "\(site.name) is both optional and nullable; make it required, or remove it from 'nullable'"
    }
  }
}
