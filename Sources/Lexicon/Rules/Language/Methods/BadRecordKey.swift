extension Rule {
  static let badRecordKey = Rule(
    "bad-record-key",
    .error,
    "'key' is tid, nsid, any or literal:….",
    reason: "There are no other record key types.",
    clause: "Record Key specification",
    bad: .recordKey("self"),
    good: .recordKey("literal:self")
  )
}
