extension Rule {
  static let unlimitedString = Rule(
    "unlimited-string",
    .warning,
    "A string in a record should have a maximum length, unless it has a format.",
    reason: "Anyone can write a record, and everyone who reads it needs the space for it.",
    clause: Clause.guidelines,
    bad: .record(#""text":{"type":"string"}"#),
    good: .record(#""text":{"type":"string","maxLength":3000,"maxGraphemes":300}"#)
  ) { subject in
    subject.strings { string, site in
      guard site.isStored, string.format == nil, string.enum == nil, string.const == nil,
        string.length.maximum == nil, string.graphemes.maximum == nil
      else { return nil }
      return "\(site.name) allows a string of any length; add 'maxLength'"
    }
  }
}
