extension Rule {
  static let unlimitedBytes = Rule(
    "unlimited-bytes",
    .warning,
    "Bytes in a record should have a maximum length.",
    reason: "Anyone can write a record, and everyone who reads it needs the space for it.",
    clause: Clause.guidelines,
    bad: .record(#""seal":{"type":"bytes"}"#),
    good: .record(#""seal":{"type":"bytes","maxLength":64}"#)
  ) { subject in
    subject.schemas { site in
      guard site.isStored, case .bytes(let limits) = site.schema.kind, limits.maximum == nil else {
        return nil
      }
      return "\(site.name) allows any number of bytes; add 'maxLength'"
    }
  }
}
