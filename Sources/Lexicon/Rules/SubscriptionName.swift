extension Rule {
  static let subscriptionName = Rule(
    "subscription-name",
    .warning,
    "A subscription is named 'subscribe' and a noun in the plural.",
    reason: "One sees from the name that the call opens a stream.",
    clause: Clause.naming,
    bad: .definitions(stream("com.example.noteStream"), of: "com.example.noteStream"),
    good: .definitions(
      stream("com.example.subscribeNotes"),
      of: "com.example.subscribeNotes"
    )
  ) { subject in
    guard case .subscription? = subject.main?.kind else { return }
    let words = Words.of(subject.name)
    guard words.first != "subscribe" || words.count < 2 else { return }
    subject.report(
      at: subject.document.id.location,
      "the subscription \(quoted(subject.name)) should be named 'subscribe' and a noun in the plural"
    )
  }

  private static func stream(_ nsid: String) -> String {
    #""main":{"type":"subscription","description":"New notes.","message":{"schema":{"#
      + #""type":"union","refs":["\#(nsid)#note"]}}},"note":{"type":"object","properties":{}}"#
  }
}
