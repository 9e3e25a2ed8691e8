extension Rule {
  static let graphemesWithoutBytes = Rule(
    "graphemes-without-bytes",
    .warning,
    "A limit of graphemes has a limit of bytes beside it.",
    reason: "A grapheme can have any number of bytes: what people see as one letter may be a "
      + "megabyte.",
    clause: Clause.guidelines,
    bad: .record(#""text":{"type":"string","maxGraphemes":300}"#),
    good: .record(#""text":{"type":"string","maxLength":3000,"maxGraphemes":300}"#)
  ) { subject in
    subject.strings { string, site in
      guard let maximum = string.graphemes.maximum, string.length.maximum == nil,
        string.format == nil
      else { return nil }
      return "\(site.name) may have \(maximum) graphemes of any number of bytes; add 'maxLength', "
        + "10 to 20 bytes for each"
    }
  }
}
