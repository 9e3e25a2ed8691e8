import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import Testing
import VerifiedSync

@Suite struct TypedRecordTests {
  private func change(_ record: DataValue?) -> RecordChange {
    RecordChange(
      isLive: true,
      rev: "3kao2cl6lyj2p",
      did: "did:web:alice.test",
      collection: "app.bsky.feed.post",
      recordKey: "3kao2cl6lyj2p",
      action: record == nil ? .delete : .create,
      record: record
    )
  }

  @Test func recordIsDecodedAsItsType() throws {
    let change = change([
      "$type": "app.bsky.feed.post", "text": "hello", "createdAt": "2026-11-30T00:00:00Z",
    ])
    #expect(try change.decoded(as: AppBsky.Feed.Post.self)?.text == "hello")
  }

  @Test func deletedRecordIsNil() throws {
    #expect(try change(nil).decoded(as: AppBsky.Feed.Post.self) == nil)
  }

  @Test func recordThatViolatesItsLexiconIsAnError() {
    #expect(throws: DataError.self) {
      try change(["$type": "app.bsky.feed.post", "text": 5]).decoded(as: AppBsky.Feed.Post.self)
    }
  }

  /// Clients of the reference consumer reject any other status.
  @Test(arguments: [
    (true, "active", "active"), (true, "error", "active"), (false, "takendown", "takendown"),
    (false, "suspended", "suspended"), (false, "deactivated", "deactivated"),
    (false, "deleted", "deleted"), (false, "inactive", "deactivated"),
    (false, "throttled", "deactivated"), (false, "something new", "deactivated"),
  ])
  func statusIsOneOfFive(_ isActive: Bool, _ status: String, _ expected: String) {
    let event = SyncEvent(
      id: 1,
      kind: .identity(
        IdentityChange(
          did: "did:web:alice.test",
          handle: "alice.test",
          isActive: isActive,
          status: status
        )
      )
    )
    #expect(event.json["identity"]?["status"]?.string == expected)
    #expect(event.json["identity"]?["state"]?.string == status)
  }

  @Test func jsonCanBeReadBack() throws {
    let record: DataValue = [
      "$type": "app.bsky.feed.post", "text": "hello", "createdAt": "2026-11-30T00:00:00Z",
    ]
    for kind: SyncEvent.Kind in [
      .record(change(record)), .record(change(nil)),
      .identity(
        IdentityChange(
          did: "did:web:alice.test",
          handle: "alice.test",
          isActive: false,
          status: "deleted"
        )
      ),
    ] {
      let event = SyncEvent(id: 7, kind: kind)
      #expect(try SyncEvent(event.json) == event)
      #expect(try SyncEvent(DataValue(json: event.json.jsonBytes())) == event)
    }
    for broken: DataValue in [
      .null, ["id": 1], ["id": 1, "type": "other"], ["id": 1, "type": "record", "record": [:]],
    ] {
      #expect(throws: DataError.self) { try SyncEvent(broken) }
    }
  }
}
