extension Rule {
  static let subscriptionName = Rule(
    "subscription-name",
    .warning,
    "A subscription should be named 'subscribe' and a plural noun.",
    reason: "The name then says that the call opens a stream.",
    clause: Clause.naming,
    bad: .subscription(
      #""cursor":{"type":"integer"}"#,
      #""seq":{"type":"integer"}"#,
      of: "com.example.noteStream"
    ),
    good: .subscription(#""cursor":{"type":"integer"}"#, #""seq":{"type":"integer"}"#)
  ) { subject in
    guard case .subscription? = subject.main?.kind else { return }
    let words = Words.of(subject.name)
    let noun = words.last { !Words.isVersion($0) } ?? ""
    guard words.first != "subscribe" || words.count < 2 || !Words.canBePlural(noun) else { return }
    subject.report(
      at: subject.document.id.location,
      "the subscription \(quoted(subject.name)) should be named 'subscribe' and a plural noun"
    )
  }
}
