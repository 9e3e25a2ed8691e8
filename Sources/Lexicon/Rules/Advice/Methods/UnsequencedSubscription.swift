extension Rule {
  static let unsequencedSubscription = Rule(
    "unsequenced-subscription",
    .note,
    "A subscription should take a 'cursor' and number its messages.",
    reason: "After a lost connection, a consumer of a stream without numbers misses messages.",
    clause: Clause.patterns,
    bad: .subscription("", #""text":{"type":"string"}"#),
    good: subscriptionCursor.good
  ) { subject in
    guard let stream = subject.stream, stream.cursor == nil, !stream.isNumbered else { return }
    subject.report(
      at: subject.document.id.location,
      "the subscription takes no 'cursor' and its messages have no 'seq'; add both"
    )
  }
}
