extension Rule {
  static let largeBytes = Rule(
    "large-bytes",
    .warning,
    "Bytes in a record should not exceed 20 KiB.",
    reason: "Every record is copied to all consumers of the network. More data belongs in a blob, "
      + "which only interested clients fetch.",
    clause: Clause.guidelines,
    bad: .record(#""image":{"type":"bytes","maxLength":1000000}"#),
    good: .record(#""image":{"type":"blob","accept":["image/*"],"maxSize":1000000}"#)
  ) { subject in
    subject.schemas { site in
      guard site.isStored, case .bytes(let limits) = site.schema.kind,
        let maximum = limits.maximum, maximum > largestInline
      else { return nil }
      return "\(site.name) allows \(maximum) bytes; use a blob for more than \(largestInline) bytes"
    }
  }
}
