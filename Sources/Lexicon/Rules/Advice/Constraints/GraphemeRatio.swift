extension Rule {
  static let graphemeRatio = Rule(
    "grapheme-ratio",
    .note,
    "There are 10 to 20 bytes for each grapheme.",
    reason: "With fewer, a text in one script is cut where the same text in another is not; with "
      + "more, the limit of graphemes no longer says how large a text can be.",
    clause: Clause.guidelines,
    bad: .record(#""text":{"type":"string","maxLength":300,"maxGraphemes":300}"#),
    good: .record(#""text":{"type":"string","maxLength":3000,"maxGraphemes":300}"#)
  ) { subject in
    subject.strings { string, site in
      guard let bytes = string.length.maximum, let graphemes = string.graphemes.maximum,
        graphemes > 0, string.format == nil
      else { return nil }
      guard
        bytes / 20 > graphemes || bytes / 20 == graphemes && bytes % 20 > 0
          || bytes / 10 < graphemes
      else { return nil }
      return "\(site.name) may have \(bytes) bytes for \(graphemes) graphemes; "
        + "10 to 20 for each are advised"
    }
  }
}
