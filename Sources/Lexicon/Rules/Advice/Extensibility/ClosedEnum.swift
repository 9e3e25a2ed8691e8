extension Rule {
  static let closedEnum = Rule(
    "closed-enum",
    .warning,
    "A set of values can grow: 'knownValues', not 'enum'.",
    reason: "Nothing can ever be added to an 'enum' without breaking those who know the old one.",
    clause: Clause.guidelines,
    bad: .record(#""mood":{"type":"string","enum":["calm","cheerful"]}"#),
    good: .record(#""mood":{"type":"string","maxLength":64,"knownValues":["calm","cheerful"]}"#)
  ) { subject in
    subject.schemas { site in
      switch site.schema.kind {
      case .string(let string) where string.enum != nil:
        "\(site.name) is closed to further values; 'knownValues' would let it grow"
      case .integer(let integer) where integer.enum != nil:
        "\(site.name) is closed to further values"
      default: nil
      }
    }
  }
}
