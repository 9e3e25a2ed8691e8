extension Rule {
  static let largeBytes = Rule(
    "large-bytes",
    .warning,
    "Bytes in a record are few: 20 KiB at most.",
    reason: "Records are copied to everybody who follows the network. More data belongs in a "
      + "blob, which is fetched by those who want it.",
    clause: Clause.guidelines,
    bad: .record(#""image":{"type":"bytes","maxLength":1000000}"#),
    good: .record(#""image":{"type":"blob","accept":["image/*"],"maxSize":1000000}"#)
  ) { subject in
    subject.schemas { site in
      guard site.isStored, case .bytes(let limits) = site.schema.kind,
        let maximum = limits.maximum, maximum > largestInline
      else { return nil }
      return "\(site.name) may have \(maximum) bytes; more than \(largestInline) belong in a blob"
    }
  }
}
