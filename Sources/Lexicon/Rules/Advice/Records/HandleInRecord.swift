extension Rule {
  static let handleInRecord = Rule(
    "handle-in-record",
    .warning,
    "A record should identify accounts by DID.",
    reason:
      "A handle can be transferred, and the record would then refer to another account.",
    clause: Clause.guidelines,
    bad: .record(#""subject":{"type":"string","format":"handle"}"#),
    good: .record(#""subject":{"type":"string","format":"did"}"#)
  ) { subject in
    subject.strings { string, site in
      guard site.isStored, let format = string.format,
        format == .handle || format == .atIdentifier
      else { return nil }
      return "\(site.name) may be a handle, which can be transferred to another account; "
        + "use the format 'did'"
    }
  }
}
