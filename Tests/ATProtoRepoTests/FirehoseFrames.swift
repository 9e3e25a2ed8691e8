import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// Frames of a host, written without the types under test.
enum FirehoseFrames {
  static let time = "2026-11-30T09:00:00.000Z"

  static func frame(_ type: String, _ payload: DataValue) -> [UInt8] {
    frame(["op": 1, "t": .string(type)], payload)
  }

  static func frame(_ header: DataValue, _ payload: DataValue) -> [UInt8] {
    header.cborBytes() + payload.cborBytes()
  }

  static func commit(_ message: CommitMessage, sequence: Int) -> DataValue {
    var payload: DataValue = [
      "seq": .integer(sequence), "rebase": false, "tooBig": false, "repo": .string(message.repo),
      "commit": .link(message.commit), "rev": .string(message.rev),
      "since": message.since.map { .string($0) } ?? .null,
      "blocks": .bytes(Bytes(message.blocks)), "blobs": [], "time": .string(time),
      "ops": .array(message.operations.map(operation)),
    ]
    payload["prevData"] = message.prevData.map { .link($0) }
    return payload
  }

  private static func operation(_ operation: CommitMessage.Operation) -> DataValue {
    var value: DataValue = [
      "action": .string(operation.action), "path": .string(operation.path),
      "cid": operation.cid.map { .link($0) } ?? .null,
    ]
    value["prev"] = operation.prev.map { .link($0) }
    return value
  }

  static func sync(_ message: SyncMessage, sequence: Int) -> DataValue {
    [
      "seq": .integer(sequence), "did": .string(message.did), "rev": .string(message.rev),
      "blocks": .bytes(Bytes(message.blocks)), "time": .string(time),
    ]
  }

  static func identity(sequence: Int) -> DataValue {
    [
      "seq": .integer(sequence), "did": .string(Fixture.did.string), "time": .string(time),
      "handle": "alice.example.com",
    ]
  }

  static func account(sequence: Int) -> DataValue {
    [
      "seq": .integer(sequence), "did": .string(Fixture.did.string), "time": .string(time),
      "active": false, "status": "deactivated",
    ]
  }

  static let sampleCommit = CommitVerifierTests.message(CommitVerifierTests.sample.result)
  static let sampleSync = SyncAccountFixture().syncMessage

  /// A message of each type with a number.
  static func samples(sequence: Int) -> [(type: String, payload: DataValue)] {
    [
      ("#commit", commit(sampleCommit, sequence: sequence)),
      ("#sync", sync(sampleSync, sequence: sequence)),
      ("#identity", identity(sequence: sequence)),
      ("#account", account(sequence: sequence)),
    ]
  }
}
