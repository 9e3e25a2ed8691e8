import ATProtoRepo
import ATProtoSyntax
import Synchronization
import Testing
import XRPCClient

@testable import VerifiedSync

@Suite struct OutboxTests {
  private static let alice: DID = "did:web:alice.test"
  private static let bob: DID = "did:web:bob.test"

  private static func change(_ did: DID) -> SyncEvent.Kind {
    .record(
      RecordChange(
        isLive: true,
        rev: "3kao2cl6lyj2p",
        did: did,
        collection: "app.example.post",
        recordKey: "r",
        action: .delete
      )
    )
  }

  private static func outbox(
    _ store: MemorySyncStore,
    _ clock: TestSyncClock = TestSyncClock()
  ) async throws -> Outbox {
    let relay = try #require(ServiceEndpoint("http://127.0.0.1:1"))
    let configuration = SyncConfiguration(relay: relay, boundary: .repositories([]))
    let outbox = Outbox(store, configuration, clock)
    try await outbox.start()
    return outbox
  }

  private static func next(
    _ iterator: inout SyncDeliveries.AsyncIterator
  ) async throws -> SyncDelivery {
    let delivery = try await iterator.next()
    return try #require(delivery)
  }

  private static func changes(_ counts: (DID, Int)...) -> SyncChanges {
    var changes = SyncChanges()
    changes.added = counts.map { $0.0 }
    for (did, count) in counts {
      changes.events += (0..<count).map { _ in change(did) }
    }
    return changes
  }

  @Test func unacknowledgedRepositoryDoesNotBlockOthers() async throws {
    let store = MemorySyncStore()
    _ = store.apply(Self.changes((Self.alice, 6_000), (Self.bob, 300)))
    let outbox = try await Self.outbox(store)
    var deliveries = SyncDeliveries(outbox: outbox).makeAsyncIterator()
    let stuck = try await Self.next(&deliveries)
    #expect(stuck.event.id == 1)
    for id in 6_001...6_300 {
      let delivery = try await Self.next(&deliveries)
      #expect(delivery.event.id == id)
      delivery.acknowledge()
    }
    // Once it is acknowledged, all other events follow in order.
    stuck.acknowledge()
    for id in 2...6_000 {
      let delivery = try await Self.next(&deliveries)
      try #require(delivery.event.id == id)
      delivery.acknowledge()
    }
    #expect(outbox.count == 6_300)
    try await outbox.flush()
    #expect(outbox.count == 0)
    #expect(store.counts().events == 0)
  }

  @Test func countIsExactAfterRemovals() async throws {
    let store = MemorySyncStore()
    let outbox = try await Self.outbox(store)
    try await outbox.apply(Self.changes((Self.alice, 5), (Self.bob, 5)))
    var deliveries = SyncDeliveries(outbox: outbox).makeAsyncIterator()
    // One event of each repository is acknowledged, and one repository is removed before the
    // acknowledgments are stored.
    for _ in 0..<2 { try await Self.next(&deliveries).acknowledge() }
    var removal = SyncChanges()
    removal.removed = [Self.alice]
    try await outbox.apply(removal)
    outbox.remove([Self.alice])
    #expect(outbox.count == 5)
    try await outbox.flush()
    #expect(outbox.count == 4)
    #expect(store.counts().events == 4)
    let next = try await Self.next(&deliveries)
    #expect(next.event.did == Self.bob)
  }

  @Test func unacknowledgedEventIsDeliveredAgainAfterAMinute() async throws {
    let store = MemorySyncStore()
    _ = store.apply(Self.changes((Self.alice, 1), (Self.bob, 1)))
    let clock = TestSyncClock()
    let start = clock.now
    let outbox = try await Self.outbox(store, clock)
    var deliveries = SyncDeliveries(outbox: outbox).makeAsyncIterator()
    let first = try await Self.next(&deliveries)
    try await Self.next(&deliveries).acknowledge()
    clock.advance(to: start + 59_000_000)
    outbox.expire()
    let early = outbox.state.withLock { $0.queue.next(deadline: .max) }
    #expect(early == nil)
    clock.advance(to: start + 60_000_000)
    outbox.expire()
    let again = try await Self.next(&deliveries)
    #expect(again.event == first.event)
    again.acknowledge()
    try await outbox.flush()
    #expect(outbox.count == 0)
  }
}
