extension Rule {
  static let subscriptionCursor = Rule(
    "subscription-cursor",
    .warning,
    "The 'cursor' of a subscription should be an optional integer, and its messages should have an "
      + "integer 'seq'.",
    reason:
      "A consumer that reconnects can resume after the last sequence number that it received.",
    clause: Clause.patterns,
    bad: .subscription(#""cursor":{"type":"string"}"#, #""text":{"type":"string"}"#),
    good: .subscription(#""cursor":{"type":"integer"}"#, #""seq":{"type":"integer"}"#)
  ) { subject in
    guard let stream = subject.stream else { return }
    if let cursor = stream.cursor, cursor.schema.typeName != "integer" || cursor.isRequired {
      subject.report(
        at: cursor.name.location,
        "by convention, the 'cursor' of a subscription is an optional integer"
      )
    }
    if stream.isNumbered, stream.cursor == nil {
      subject.report(
        at: subject.document.id.location,
        "the messages have a 'seq', but the subscription takes no 'cursor' to resume from; add one"
      )
    } else if !stream.isNumbered, !stream.messages.isEmpty, let cursor = stream.cursor {
      subject.report(
        at: cursor.name.location,
        "the subscription takes a 'cursor', but none of its messages has an integer 'seq'; add one"
      )
    } else if stream.isNumbered {
      for message in stream.messages where !message.isNumbered {
        subject.report(
          at: message.reference.location,
          "\(quoted(message.reference.id)) has no integer 'seq', but other messages do; add one"
        )
      }
    }
  }
}
