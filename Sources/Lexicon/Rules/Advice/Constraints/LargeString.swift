extension Rule {
  /// In bytes. Records are limited to 1 MiB and should be far smaller.
  static let largestInline = 20 * 1024

  static let largeString = Rule(
    "large-string",
    .warning,
    "A string in a record should not exceed 20 KiB.",
    reason:
      "Every record is copied to all consumers of the network. Longer text belongs in a blob, "
      + "which only interested clients fetch.",
    clause: Clause.guidelines,
    bad: .record(#""body":{"type":"string","maxLength":500000}"#),
    good: .record(#""body":{"type":"blob","accept":["text/markdown"],"maxSize":500000}"#)
  ) { subject in
    subject.strings { string, site in
      guard site.isStored, let maximum = string.length.maximum, maximum > largestInline else {
        return nil
      }
      return "\(site.name) allows \(maximum) bytes; use a blob for text of more than "
        + "\(largestInline) bytes"
    }
  }
}
