extension Rule {
  static let emptyMessage = Rule(
    "empty-message",
    .warning,
    "The message of a subscription should list at least one type.",
    reason: "Consumers do not learn from an empty union what they receive.",
    clause: Clause.specification("Subscription (Event Stream)"),
    bad: .definitions(
      #""main":{"type":"subscription","description":"New notes.","parameters":{"type":"params","#
        + #""properties":{"cursor":{"type":"integer"}}},"message":{"schema":{"type":"union","#
        + #""refs":[]}}}"#,
      of: "com.example.subscribeNotes"
    ),
    good: subscriptionCursor.good
  ) { subject in
    guard let main = subject.main, case .subscription(let subscription) = main.kind,
      subscription.message.refs.isEmpty
    else { return }
    subject.report(
      at: main.name.location,
      "the union of the message is empty; list the types of the messages in its 'refs'"
    )
  }
}
