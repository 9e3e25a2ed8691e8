extension Rule {
  static let pluralRecord = Rule(
    "plural-record",
    .warning,
    "A record is named by a noun in the singular.",
    reason: "A record is one thing: a post, a like.",
    clause: Clause.naming,
    bad: .definitions(record, of: "com.example.notes"),
    good: .definitions(record, of: "com.example.note")
  ) { subject in
    guard case .record? = subject.main?.kind, let noun = Words.of(subject.name).last,
      Words.isPlural(noun)
    else { return }
    subject.report(
      at: subject.document.id.location,
      "the record's name \(quoted(subject.name)) looks like a plural; a record is one thing"
    )
  }

  private static let record =
    #""main":{"type":"record","description":"A note.","key":"tid","record":{"#
    + #""type":"object","properties":{}}}"#
}
