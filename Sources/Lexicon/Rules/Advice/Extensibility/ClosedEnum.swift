extension Rule {
  static let closedEnum = Rule(
    "closed-enum",
    .warning,
    "A set of values should be open: use 'knownValues' instead of 'enum'.",
    reason: "Adding a value to an 'enum' breaks software that knows the old one.",
    clause: Clause.guidelines,
    bad: .record(#""mood":{"type":"string","enum":["calm","cheerful"]}"#),
    good: .record(#""mood":{"type":"string","maxLength":64,"knownValues":["calm","cheerful"]}"#)
  ) { subject in
    subject.schemas { site in
      switch site.schema.kind {
      case .string(let string) where string.enum != nil:
        "no value can be added to \(site.name) later; use 'knownValues' instead of 'enum'"
      case .integer(let integer) where integer.enum != nil:
        "no value can be added to \(site.name) later; use limits instead of 'enum'"
      default: nil
      }
    }
  }
}
