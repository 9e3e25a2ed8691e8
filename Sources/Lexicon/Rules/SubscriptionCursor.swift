extension Rule {
  static let subscriptionCursor = Rule(
    "subscription-cursor",
    .warning,
    "A subscription's 'cursor' is an optional integer, and its messages have an integer 'seq'.",
    reason: "A consumer that was away goes on with the number it saw last.",
    clause: Clause.patterns,
    bad: .definitions(
      stream(#""cursor":{"type":"string"}"#, #""text":{"type":"string"}"#),
      of: "com.example.subscribeNotes"
    ),
    good: .definitions(
      stream(#""cursor":{"type":"integer"}"#, #""seq":{"type":"integer"}"#),
      of: "com.example.subscribeNotes"
    )
  ) { subject in
    guard case .subscription(let subscription)? = subject.main?.kind,
      let cursor = subscription.parameters?.properties.first(where: { $0.name.value == "cursor" })
    else { return }
    if cursor.schema.typeName != "integer" || cursor.isRequired {
      subject.report(
        at: cursor.name.location,
        "the 'cursor' of a subscription is by convention an optional integer"
      )
    }
    let members = subscription.message.refs.compactMap { reference -> ObjectSchema? in
      guard case .schema(let schema)? = subject.names.catalog.definition(reference)?.kind,
        case .object(let object) = schema.kind
      else { return nil }
      return object
    }
    // Not every message is of the sequence: one that tells of the stream itself has no number.
    let hasSequence = members.contains { object in
      object.properties.contains { $0.name.value == "seq" && $0.schema.typeName == "integer" }
    }
    if !members.isEmpty, !hasSequence {
      subject.report(
        at: cursor.name.location,
        "the subscription takes a 'cursor', but none of its messages has an integer 'seq'"
      )
    }
  }

  private static func stream(_ cursor: String, _ field: String) -> String {
    #""main":{"type":"subscription","description":"New notes.","parameters":{"type":"params","#
      + #""properties":{\#(cursor)}},"message":{"schema":{"type":"union","refs":["com.example.subscribeNotes#note"]}}},"#
      + #""note":{"type":"object","required":[],"properties":{\#(field)}}"#
  }
}
