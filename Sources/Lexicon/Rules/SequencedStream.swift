/// What a subscription has for consumers that come back.
struct SequencedStream {
  struct Message {
    var reference: Reference
    var isNumbered: Bool
  }

  var cursor: PropertySchema?
  /// Those of the sequence: an `info` tells of the stream itself and has no number.
  var messages: [Message]

  var isNumbered: Bool { messages.contains { $0.isNumbered } }
}

extension RuleSubject {
  var stream: SequencedStream? {
    guard case .subscription(let subscription)? = main?.kind else { return nil }
    return SequencedStream(
      cursor: subscription.parameters?.properties.first { $0.name.value == "cursor" },
      messages: subscription.message.refs.compactMap { reference in
        guard reference.definition != "info", let fields = names.properties(of: reference) else {
          return nil
        }
        return SequencedStream.Message(
          reference: reference,
          isNumbered: fields.contains {
            $0.name.value == "seq" && $0.schema.typeName == "integer"
          }
        )
      }
    )
  }
}
