extension Rule {
  static let unlimitedBytes = Rule(
    "unlimited-bytes",
    .warning,
    "Bytes in a record have a maximum length.",
    reason: "Anybody can write a record, and everybody who reads it must have room for it.",
    clause: Clause.guidelines,
    bad: .record(#""seal":{"type":"bytes"}"#),
    good: .record(#""seal":{"type":"bytes","maxLength":64}"#)
  ) { subject in
    subject.schemas { site in
      guard site.isStored, case .bytes(let limits) = site.schema.kind, limits.maximum == nil else {
        return nil
      }
      return "\(site.name) is bytes of any number; records need a limit: 'maxLength'"
    }
  }
}
