extension Rule {
  /// In bytes. A record may have 1 MiB at most and should be far smaller.
  static let largestInline = 20 * 1024

  static let largeString = Rule(
    "large-string",
    .warning,
    "A string in a record is small: 20 KiB at most.",
    reason: "Records are copied to everybody who follows the network. Longer text belongs in a "
      + "blob, which is fetched by those who want it.",
    clause: Clause.guidelines,
    bad: .record(#""body":{"type":"string","maxLength":500000}"#),
    good: .record(#""body":{"type":"blob","accept":["text/markdown"],"maxSize":500000}"#)
  ) { subject in
    subject.strings { string, site in
      guard site.isStored, let maximum = string.length.maximum, maximum > largestInline else {
        return nil
      }
      return "\(site.name) may have \(maximum) bytes; a text of more than \(largestInline) belongs "
        + "in a blob"
    }
  }
}
