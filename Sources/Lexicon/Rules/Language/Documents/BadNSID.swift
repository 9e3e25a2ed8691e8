extension Rule {
  static let badNSID = Rule(
    "bad-nsid",
    .error,
    "NSIDs follow their grammar.",
    reason: "Nothing can be found under another name.",
    clause: Clause.nsid,
    bad: .named("example"),
    good: .named("com.example.defs")
  )
}
