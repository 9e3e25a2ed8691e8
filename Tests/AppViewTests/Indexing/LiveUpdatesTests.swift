import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Lexicon
import LexiconIndex
import Testing
import VerifiedSync

@testable import AppView

@Suite struct LiveUpdatesTests {
  /// A change to a record of the given size.
  private static func change(_ size: Int) throws -> PreparedRecord {
    let record: DataValue = ["text": .string(String(repeating: "a", count: size))]
    let bytes = record.cborBytes()
    return PreparedRecord(
      RecordChange(
        isLive: true,
        rev: "3kaaaaaaaaa2b",
        did: "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
        collection: "com.example.note",
        recordKey: "a",
        action: .create,
        cid: CID(hashingDAGCBOR: bytes),
        record: record,
        block: bytes
      ),
      IndexPlan(Catalog([]))
    )
  }

  @Test func subscriberIsDroppedWhenLargeUpdatesWait() async throws {
    let updates = LiveUpdates(now: 0)
    let subscription = updates.subscribe()
    let change = try Self.change(1 << 20)
    for _ in 0..<40 { updates.publish([change], at: 0) }
    #expect(updates.subscriberCount == 0)
    var received = 0
    while let batch = await subscription.next() { received += batch.count }
    #expect(subscription.hasFallenBehind)
    #expect(received == 31)
  }

  @Test func subscriberThatReadsIsNotDropped() async throws {
    let updates = LiveUpdates(now: 0)
    let subscription = updates.subscribe()
    let change = try Self.change(1 << 20)
    for _ in 0..<40 {
      updates.publish([change], at: 0)
      #expect(await subscription.next()?.count == 1)
    }
    #expect(updates.subscriberCount == 1 && !subscription.hasFallenBehind)
  }
}
