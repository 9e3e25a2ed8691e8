extension Rule {
  static let handleInRecord = Rule(
    "handle-in-record",
    .warning,
    "A record names accounts by DID.",
    reason: "A handle can pass to somebody else; what the record says would then be about them.",
    clause: Clause.guidelines,
    bad: .record(#""subject":{"type":"string","format":"handle"}"#),
    good: .record(#""subject":{"type":"string","format":"did"}"#)
  ) { subject in
    subject.strings { string, site in
      guard site.isStored, let format = string.format,
        format == .handle || format == .atIdentifier
      else { return nil }
      return "\(site.name) may hold a handle, which can pass to somebody else; records name "
        + "accounts by 'did'"
    }
  }
}
