extension Rule {
  static let pluralRecord = Rule(
    "plural-record",
    .warning,
    "A record should be named with a singular noun.",
    reason: "A record is a single thing, such as a post or a like.",
    clause: Clause.naming,
    bad: .definitions(record, of: "com.example.notes"),
    good: .definitions(record, of: "com.example.note")
  ) { subject in
    guard case .record? = subject.main?.kind, let noun = Words.of(subject.name).last,
      Words.isPlural(noun)
    else { return }
    subject.report(
      at: subject.document.id.location,
      "the record name \(quoted(subject.name)) looks like a plural; use a singular noun"
    )
  }

  private static let record =
    #""main":{"type":"record","description":"A note.","key":"tid","record":{"#
    + #""type":"object","properties":{}}}"#
}
