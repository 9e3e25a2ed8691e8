package import ATProtoData
package import ATProtoRepo

/// Frames of `com.atproto.sync.subscribeRepos`, written without the types that read them.
package enum SimulatedFrame {
  package static let time = "2026-11-30T09:00:00.000Z"

  /// Encodes a frame with any header and payload.
  package static func frame(_ header: DataValue, _ payload: DataValue) -> [UInt8] {
    header.cborBytes() + payload.cborBytes()
  }

  /// Encodes a message of type `type`, which begins with `#`.
  package static func message(_ type: String, _ payload: DataValue) -> [UInt8] {
    frame(["op": 1, "t": .string(type)], payload)
  }

  /// Encodes an event.
  ///
  /// - Precondition: the content is neither malformed nor unknown; use ``message(_:_:)``.
  package static func event(
    _ content: FirehoseEvent.Content,
    sequence: Int,
    time: String = time
  ) -> [UInt8] {
    let (type, fields): (String, DataValue)
    switch content {
    case .commit(let message): (type, fields) = ("#commit", commit(message))
    case .sync(let message):
      type = "#sync"
      fields = [
        "did": .string(message.did), "rev": .string(message.rev),
        "blocks": .bytes(Bytes(message.blocks)),
      ]
    case .identity(let message):
      type = "#identity"
      fields = object(["did": .string(message.did), "handle": message.handle.map { .string($0) }])
    case .account(let message):
      type = "#account"
      fields = object([
        "did": .string(message.did), "active": .boolean(message.isActive),
        "status": message.status.map { .string($0) },
      ])
    case .info(let name, let message):
      return self.message("#info", text(["name": name, "message": message]))
    case .error(let name, let message):
      return frame(["op": -1], text(["error": name, "message": message]))
    case .malformed, .unknown:
      preconditionFailure("write the payload")
    }
    var payload = fields
    payload["seq"] = .integer(sequence)
    payload["time"] = .string(time)
    return message(type, payload)
  }

  /// The payload of a `#commit` without number and time.
  package static func commit(_ message: CommitMessage) -> DataValue {
    object([
      "rebase": false, "tooBig": false, "repo": .string(message.repo),
      "commit": .link(message.commit), "rev": .string(message.rev),
      "since": message.since.map { .string($0) } ?? .null,
      "blocks": .bytes(Bytes(message.blocks)), "blobs": [],
      "ops": .array(message.operations.map(operation)),
      "prevData": message.prevData.map { .link($0) },
    ])
  }

  private static func operation(_ operation: CommitMessage.Operation) -> DataValue {
    object([
      "action": .string(operation.action), "path": .string(operation.path),
      "cid": operation.cid.map { .link($0) } ?? .null, "prev": operation.prev.map { .link($0) },
    ])
  }

  private static func text(_ fields: [String: String?]) -> DataValue {
    object(fields.mapValues { $0.map { .string($0) } })
  }

  /// An object of the fields that are not nil.
  private static func object(_ fields: [String: DataValue?]) -> DataValue {
    var value: DataValue = [:]
    for (name, field) in fields { value[name] = field }
    return value
  }
}

extension SimulatedFrame {
  /// Encodes a record.
  package static func record(_ fields: DataValue) -> [UInt8] { fields.cborBytes() }
}
