import ATProtoSyntax
import Testing

@testable import VerifiedSync

@Suite struct DeliveryQueueTests {
  private static let alice: DID = "did:web:alice.test"
  private static let bob: DID = "did:web:bob.test"

  private func event(
    _ id: Int,
    _ did: DID = alice,
    isLive: Bool,
    rev: TID = "3kao2cl6lyj2p"
  ) -> SyncEvent {
    SyncEvent(
      id: id,
      kind: .record(
        RecordChange(
          isLive: isLive,
          rev: rev,
          did: did,
          collection: "app.example.post",
          recordKey: "r",
          action: .delete
        )
      )
    )
  }

  private func drain(_ queue: inout DeliveryQueue, deadline: UInt64 = 100) -> [Int] {
    var ids: [Int] = []
    while let event = queue.next(deadline: deadline) { ids.append(event.id) }
    return ids
  }

  private func acknowledge(_ queue: inout DeliveryQueue, _ id: Int) -> Bool {
    queue.acknowledge(id)
  }

  private func expire(_ queue: inout DeliveryQueue, _ now: UInt64) -> Bool {
    queue.expire(at: now)
  }

  @Test func historyDoesNotWait() {
    var queue = DeliveryQueue()
    for id in 1...3 { queue.append(event(id, isLive: false)) }
    #expect(drain(&queue) == [1, 2, 3])
  }

  @Test func liveEventsAreBarriers() {
    var queue = DeliveryQueue()
    queue.append(event(1, isLive: false))
    queue.append(event(2, isLive: false))
    queue.append(event(3, isLive: true))
    queue.append(event(4, isLive: true))
    queue.append(event(5, isLive: false))
    queue.append(event(6, isLive: false))
    #expect(drain(&queue) == [1, 2])
    #expect(acknowledge(&queue, 1))
    #expect(drain(&queue) == [])
    #expect(acknowledge(&queue, 2))
    #expect(drain(&queue) == [3])
    #expect(acknowledge(&queue, 3))
    #expect(drain(&queue) == [4])
    #expect(acknowledge(&queue, 4))
    #expect(drain(&queue) == [5, 6])
    #expect(queue.count == 2)
  }

  /// A record may have been created in the first and deleted in the second.
  @Test func historyOfTwoFetchesIsInOrder() {
    var queue = DeliveryQueue()
    queue.append(event(1, isLive: false, rev: "3kao2cl6lyj2p"))
    queue.append(event(2, isLive: false, rev: "3kao2cl6lyj2p"))
    queue.append(event(3, isLive: false, rev: "3kao2cl6lyj3p"))
    #expect(drain(&queue) == [1, 2])
    #expect(acknowledge(&queue, 1))
    #expect(drain(&queue) == [])
    #expect(acknowledge(&queue, 2))
    #expect(drain(&queue) == [3])
  }

  @Test func postponedEventDoesNotDelayOthers() {
    var queue = DeliveryQueue()
    queue.append(event(1, isLive: true))
    queue.append(event(2, Self.bob, isLive: true))
    #expect(drain(&queue, deadline: 10) == [1, 2])
    queue.postpone(1, until: 500)
    #expect(acknowledge(&queue, 2))
    queue.append(event(3, Self.bob, isLive: true))
    #expect(drain(&queue) == [3])
    #expect(!expire(&queue, 99))
    #expect(expire(&queue, 500))
  }

  @Test func repositoriesDoNotWaitForEachOther() {
    var queue = DeliveryQueue()
    queue.append(event(1, isLive: true))
    queue.append(event(2, isLive: true))
    queue.append(event(3, Self.bob, isLive: true))
    #expect(drain(&queue) == [1, 3])
  }

  @Test func unacknowledgedEventsAreDeliveredAgain() {
    var queue = DeliveryQueue()
    for id in 1...3 { queue.append(event(id, isLive: false)) }
    #expect(drain(&queue, deadline: 100) == [1, 2, 3])
    #expect(acknowledge(&queue, 2))
    #expect(!expire(&queue, 99))
    #expect(expire(&queue, 100))
    #expect(drain(&queue, deadline: 200) == [1, 3])
    queue.release(3)
    #expect(drain(&queue, deadline: 300) == [3])
    #expect(acknowledge(&queue, 1))
    #expect(!acknowledge(&queue, 1))
    #expect(expire(&queue, 300))
    #expect(acknowledge(&queue, 3))
    #expect(drain(&queue) == [])
    #expect(queue.count == 0)
  }

  /// A repository whose events are not acknowledged must not fill up the memory.
  @Test func eventsBeyondTheLimitOfARepositoryStayInTheStore() {
    var queue = DeliveryQueue()
    for id in 1...6_000 { queue.append(event(id, isLive: true)) }
    queue.append(event(6_001, Self.bob, isLive: true))
    #expect(queue.count == 101)
    #expect(drain(&queue) == [1, 6_001])
    let early = queue.nextGap()
    #expect(early == nil)
    for id in 1...50 {
      #expect(acknowledge(&queue, id))
      #expect(drain(&queue) == [id + 1])
    }
    let gap = queue.nextGap()
    #expect(gap == DeliveryQueue.Gap(did: Self.alice, after: 100, limit: 50))
    guard let gap else { return }
    queue.fill(gap, with: (101...150).map { event($0, isLive: true) })
    // Later events also stay in the store until the gap is closed.
    queue.append(event(6_002, isLive: true))
    #expect(queue.count == 101)
    for id in 51...150 {
      #expect(acknowledge(&queue, id))
      _ = drain(&queue)
    }
    guard let last = queue.nextGap() else {
      Issue.record("there is no gap")
      return
    }
    #expect(last.after == 150)
    queue.fill(last, with: [event(6_002, isLive: true)])
    queue.append(event(6_003, isLive: true))
    #expect(drain(&queue) == [6_002])
    #expect(acknowledge(&queue, 6_002))
    #expect(drain(&queue) == [6_003])
  }

  /// Many such repositories leave room for others.
  @Test func manyStuckRepositoriesLeaveRoom() {
    var queue = DeliveryQueue(capacity: 1_000)
    var id = 0
    for number in 0..<100 {
      for _ in 0..<200 {
        id += 1
        queue.append(event(id, try! DID("did:web:stuck\(number).test"), isLive: true))
      }
    }
    #expect(!queue.isFull)
    queue.append(event(id + 1, Self.bob, isLive: true))
    #expect(drain(&queue).last == id + 1)
  }

  @Test func removedRepositoryFreesItsPlace() {
    var queue = DeliveryQueue()
    queue.append(event(1, isLive: true))
    queue.append(event(2, isLive: true))
    queue.append(event(3, Self.bob, isLive: true))
    queue.remove(Self.alice)
    #expect(drain(&queue) == [3])
    #expect(queue.count == 1)
    #expect(!acknowledge(&queue, 1))
  }

  /// Random events and acknowledgments: a live event is alone, and nothing is lost.
  @Test(arguments: 0..<20) func orderHoldsForRandomEvents(_ seed: Int) {
    var random = SplitMix(state: UInt64(seed) + 1)
    var queue = DeliveryQueue()
    var delivered: [Int] = []
    var open: Set<Int> = []
    var events: [Int: SyncEvent] = [:]
    for id in 1...200 {
      let did = random.next() % 2 == 0 ? Self.alice : Self.bob
      let event = event(id, did, isLive: random.next() % 3 == 0)
      events[id] = event
      queue.append(event)
      if random.next() % 2 == 0, let id = open.min() {
        open.remove(id)
        #expect(acknowledge(&queue, id))
      }
      while random.next() % 4 != 0, let next = queue.next(deadline: 1) {
        let others = open.compactMap { events[$0] }.filter { $0.did == next.did }
        #expect(!next.isLive || others.isEmpty)
        #expect(!others.contains { $0.isLive })
        open.insert(next.id)
        delivered.append(next.id)
      }
    }
    while delivered.count < 200 {
      for id in open { #expect(acknowledge(&queue, id)) }
      open = []
      while let next = queue.next(deadline: 1) {
        open.insert(next.id)
        delivered.append(next.id)
      }
    }
    #expect(Set(delivered).count == 200)
    for did in [Self.alice, Self.bob] {
      let ids = delivered.filter { events[$0]?.did == did }
      #expect(ids == ids.sorted())
    }
  }
}

/// A small generator of random numbers with a seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
