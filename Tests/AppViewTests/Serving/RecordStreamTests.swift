import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import DevLexgenAPI
import HTTPTypes
import LexiconIndex
import Testing
import VerifiedSync
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

@testable import AppView

/// `dev.lexgen.index.subscribeRecords` over a WebSocket.
@Suite struct RecordStreamTests {
  private typealias Method = DevLexgen.Index.SubscribeRecords

  private static func publish(
    _ text: String,
    by account: ServedIndex.Account,
    key: String,
    to index: ServedIndex
  ) async throws {
    try await publish(ServedIndex.note(text), by: account, key: key, to: index)
  }

  /// Indexes a record as verified sync does.
  private static func publish(
    _ record: DataValue,
    by account: ServedIndex.Account,
    key: String,
    in collection: NSID = ServedIndex.noteCollection,
    to index: ServedIndex
  ) async throws {
    let bytes = record.cborBytes()
    let services = index.server.services
    let store = IndexingSyncStore(
      store: index.store,
      plan: services.web.status.collections.plan,
      updates: services.ingest.updates,
      now: { 1_800_000_000_000_000 }
    )
    var changes = SyncChanges()
    changes.events = [
      .record(
        RecordChange(
          isLive: true,
          rev: ServedIndex.rev,
          did: account.did,
          collection: collection,
          recordKey: try RecordKey(key),
          action: .create,
          cid: CID(hashingDAGCBOR: bytes),
          record: record,
          block: bytes
        )
      )
    ]
    _ = try await store.apply(changes)
  }

  @Test func changesOfVisibleAccountsArriveInOrder() async throws {
    try await ServedIndex.run { index in
      let client = XRPCClient(
        service: ServiceEndpoint(index.url),
        transport: AsyncHTTPClientTransport.shared
      )
      let all = try await client.subscribe(Method.self, Method.Parameters(cursor: 0))
      try await Self.publish("One", by: ServedIndex.alice, key: "a", to: index)
      try await index.set(ServedIndex.bob, .init(isActive: false, status: "deactivated"))
      try await Self.publish("Hidden", by: ServedIndex.bob, key: "b", to: index)
      try await Self.publish("Two", by: ServedIndex.alice, key: "c", to: index)
      var messages = all.makeAsyncIterator()
      var keys: [String] = []
      var sequence = 0
      for _ in 0..<2 {
        guard case .record(let record)? = try await messages.next() else {
          Issue.record("no record")
          return
        }
        #expect(record.seq > sequence)
        sequence = record.seq
        keys.append(record.rkey.string)
        #expect(record.action == .create && record.record?["text"]?.string != nil)
      }
      #expect(keys == ["a", "c"])
      // A subscriber with a cursor continues after it; patterns and repositories filter.
      let later = try await client.subscribe(
        Method.self,
        Method.Parameters(
          collections: ["com.example.*"],
          repos: [FormatString(ServedIndex.alice.did)],
          cursor: sequence - 1
        )
      )
      var rest = later.makeAsyncIterator()
      guard case .record(let last)? = try await rest.next() else {
        Issue.record("no record")
        return
      }
      #expect(last.rkey == "c")
    }
  }

  @Test func recordWithAForeignCIDDoesNotEndTheStream() async throws {
    let cid = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
    let link = try DataValue(json: #"{"$link": "\#(cid)"}"#, rules: .allowsForeignCIDs)
    try await ServedIndex.run { index in
      let services = index.server.services
      // A client may refuse the message, so the handler is asked.
      let stream = try RecordStream(
        updates: services.ingest.updates,
        store: index.store,
        collections: services.web.status.collections
      ).subscribe(Method.Parameters(cursor: 0))
      try await Self.publish(
        ServedIndex.note("Foreign", ["file": link]),
        by: ServedIndex.alice,
        key: "a",
        to: index
      )
      try await Self.publish("Own", by: ServedIndex.alice, key: "b", to: index)
      var messages = stream.makeAsyncIterator()
      var keys: [String] = []
      while keys.count < 2, case .record(let record)? = try await messages.next() {
        keys.append(record.rkey.string)
      }
      #expect(keys == ["a", "b"])
    }
  }

  @Test func cursorAheadOfTheStreamIsAnError() async throws {
    try await ServedIndex.run { index in
      let client = XRPCClient(
        service: ServiceEndpoint(index.url),
        transport: AsyncHTTPClientTransport.shared
      )
      let stream = try await client.subscribe(
        Method.self,
        Method.Parameters(cursor: 9_000_000_000_000_000)
      )
      var messages = stream.makeAsyncIterator()
      do {
        _ = try await messages.next()
        Issue.record("no error")
      } catch let error as XRPCStreamError {
        #expect(error.body.name == "FutureCursor")
      }
      // Malformed patterns are refused before the upgrade.
      let refused = try await index.get("dev.lexgen.index.subscribeRecords?collections=%21")
      #expect(refused.status == 426 || refused.status == 400)
    }
  }
}
