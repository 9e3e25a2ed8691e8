extension Rule {
  static let unsequencedSubscription = Rule(
    "unsequenced-subscription",
    .note,
    "A subscription takes a 'cursor' and numbers its messages.",
    reason: "Connections break; a consumer of a stream without numbers loses what came meanwhile.",
    clause: Clause.patterns,
    bad: .subscription("", #""text":{"type":"string"}"#),
    good: subscriptionCursor.good
  ) { subject in
    guard let stream = subject.stream, stream.cursor == nil, !stream.isNumbered else { return }
    subject.report(
      at: subject.document.id.location,
      "the subscription takes no 'cursor', and its messages have no 'seq'"
    )
  }
}
