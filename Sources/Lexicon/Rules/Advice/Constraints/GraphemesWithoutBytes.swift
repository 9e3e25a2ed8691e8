extension Rule {
  static let graphemesWithoutBytes = Rule(
    "graphemes-without-bytes",
    .warning,
    "A string with 'maxGraphemes' should also have 'maxLength'.",
    reason: "A grapheme can have any number of bytes, so a single visible character may take a "
      + "megabyte.",
    clause: Clause.guidelines,
    bad: .record(#""text":{"type":"string","maxGraphemes":300}"#),
    good: .record(#""text":{"type":"string","maxLength":3000,"maxGraphemes":300}"#)
  ) { subject in
    subject.strings { string, site in
      guard let maximum = string.graphemes.maximum, string.length.maximum == nil,
        string.format == nil
      else { return nil }
      return "\(site.name) allows \(maximum) graphemes of any size; add 'maxLength', "
        + "10 to 20 bytes for each grapheme"
    }
  }
}
