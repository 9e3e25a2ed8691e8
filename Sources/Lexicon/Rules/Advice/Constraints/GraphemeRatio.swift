extension Rule {
  static let graphemeRatio = Rule(
    "grapheme-ratio",
    .note,
    "'maxLength' should be 10 to 20 times 'maxGraphemes'.",
    reason: "With fewer bytes, text in some scripts reaches the byte limit first; with more, the "
      + "grapheme limit no longer bounds the size of the text.",
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
      return "\(site.name) allows \(bytes) bytes for \(graphemes) graphemes; "
        + "allow 10 to 20 bytes for each grapheme"
    }
  }
}
