extension Rule {
  static let binaryCIDInRecord = Rule(
    "binary-cid-in-record",
    .note,
    "A record should contain CIDs as strings of the format 'cid'.",
    reason: "The binary form is for protocol mechanisms; references between records are strings "
      + "everywhere.",
    clause: Clause.guidelines,
    bad: .record(#""version":{"type":"cid-link"}"#),
    good: .record(#""version":{"type":"string","format":"cid"}"#)
  ) { subject in
    subject.schemas { site in
      guard site.isStored, case .cidLink = site.schema.kind else { return nil }
      return "\(site.name) is a 'cid-link'; in records, use a string of the format 'cid'"
    }
  }
}
