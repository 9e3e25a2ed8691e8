extension Rule {
  static let subscriptionCursor = Rule(
    "subscription-cursor",
    .warning,
    "A subscription's 'cursor' is an optional integer, and its messages have an integer 'seq'.",
    reason: "A consumer that was away goes on with the number it saw last.",
    clause: Clause.patterns,
    bad: .subscription(#""cursor":{"type":"string"}"#, #""text":{"type":"string"}"#),
    good: .subscription(#""cursor":{"type":"integer"}"#, #""seq":{"type":"integer"}"#)
  ) { subject in
    guard let stream = subject.stream else { return }
    if let cursor = stream.cursor, cursor.schema.typeName != "integer" || cursor.isRequired {
      subject.report(
        at: cursor.name.location,
        "the 'cursor' of a subscription is by convention an optional integer"
      )
    }
    if stream.isNumbered, stream.cursor == nil {
      subject.report(
        at: subject.document.id.location,
        "the messages have a 'seq', but the subscription takes no 'cursor' to go on from one"
      )
    } else if !stream.isNumbered, !stream.messages.isEmpty, let cursor = stream.cursor {
      subject.report(
        at: cursor.name.location,
        "the subscription takes a 'cursor', but none of its messages has an integer 'seq'"
      )
    } else if stream.isNumbered {
      for message in stream.messages where !message.isNumbered {
        subject.report(
          at: message.reference.location,
          "\(quoted(message.reference.id)) has no integer 'seq', which other messages have"
        )
      }
    }
  }
}
