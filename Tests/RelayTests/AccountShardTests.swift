import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct AccountShardTests {
  static let keys = [PrivateKey(generating: .k256), PrivateKey(generating: .p256)].map(\.publicKey)

  static func row(_ number: Int, did: DID? = nil) -> AccountRow {
    var row = AccountRow(
      id: AccountID(rawValue: UInt32(number)),
      did: did ?? SimulatedAccount.randomDID(),
      host: HostID(rawValue: UInt32(number % 7))
    )
    row.identity = SyncIdentity(
      signingKey: keys[number % 2],
      pds: "pds\(number % 5).example.com",
      checkedAt: 1_700_000_000_000_000 + SyncTime(number) * 1_000_000
    )
    row.rev = TID(rawValue: UInt64(number) << 20)
    row.data = CID(hashingDAGCBOR: [UInt8](repeating: UInt8(number % 256), count: 3))
    row.commit = CID(hashingDAGCBOR: [UInt8](repeating: UInt8(number % 256), count: 4))
    return row
  }

  static func known(_ row: AccountRow) -> KnownRow { KnownRow(row: row, refreshedAt: 0) }

  @Test func rowsAreKeptWithEverything() {
    var shard = AccountShard(limit: 100)
    var rows = (1...50).map { Self.row($0) }
    rows[1].identity = nil
    rows[2].rev = nil
    rows[2].data = nil
    rows[2].commit = nil
    rows[3].local = .takendown
    rows[4].local = .hostThrottled
    rows[5].upstream = .inactive("deactivated")
    rows[6].upstream = HostedStatus(isActive: true, status: "throttled")
    rows[7].phase = .inProgress
    rows[8].phase = .desynchronized
    for row in rows {
      shard.put(KnownRow(row: row, refreshedAt: 42_000_000), isDirty: true)
    }
    for row in rows {
      let known = shard.account(row.did)
      #expect(known?.row == row)
      #expect(known?.refreshedAt == 42_000_000)
    }
    #expect(shard.account(SimulatedAccount.randomDID()) == nil)
  }

  @Test(arguments: [
    "did:web:example.com", "did:plc:short", "did:plc:EWVI7NXZYOUN6ZHXRHS64OIZ",
    "did:plc:ewvi7nxzyoun6zhxrhs64oi1", "did:example:a",
  ])
  func otherDIDsAreKeptToo(_ text: String) throws {
    var shard = AccountShard(limit: 100)
    let row = Self.row(1, did: try DID(text))
    shard.put(Self.known(Self.row(2)), isDirty: true)
    shard.put(Self.known(row), isDirty: true)
    #expect(shard.account(row.did)?.row == row)
  }

  @Test func plcDIDsTakeSixteenBytes() throws {
    #expect(MemoryLayout<PackedDID>.size == 16)
    for _ in 0..<100 {
      let did = SimulatedAccount.randomDID()
      #expect(PackedDID(plc: did)?.plc == did)
    }
  }

  @Test func cacheSizeInBytesIsDividedByTheMeasuredMemoryOfAnAccount() {
    #expect(AccountColumns.bytesPerAccount == 176)
    #expect(AccountShard.bytesPerAccount == 222)
    #expect(CacheCapacity.bytes(222_000).accounts == 1000)
  }

  @Test(arguments: [0, 1, 63, Int.min]) func collidingHashesAreDistinguished(_ hash: Int) {
    var shard = AccountShard(limit: 1000) { _ in hash }
    let rows = (1...300).map { Self.row($0) }
    for row in rows { shard.put(Self.known(row), isDirty: true) }
    for row in rows { #expect(shard.account(row.did)?.row == row) }
  }

  @Test("Random inserts and evictions, with few different hashes, keep what a dictionary keeps")
  func indexBehavesLikeADictionary() {
    var shard = AccountShard(limit: 64) { $0.hashValue % 16 }
    let rows = (1...256).map { Self.row($0) }
    var last: [DID: AccountRow] = [:]
    for _ in 0..<5000 {
      var row = rows.randomElement()!
      if let known = last[row.did] { row = known }
      row.upstream = [.active, .inactive("deactivated"), .inactive("suspended")].randomElement()!
      shard.put(Self.known(row), isDirty: false)
      last[row.did] = row
      let other = rows.randomElement()!.did
      if let known = shard.account(other) { #expect(known.row == last[other]) }
    }
    #expect(shard.count <= 65)
  }

  @Test func unusedAccountsMakeRoom() {
    var shard = AccountShard(limit: 10)
    let rows = (1...30).map { Self.row($0) }
    let used = rows[0]
    for row in rows {
      shard.put(Self.known(row), isDirty: false)
      _ = shard.account(used.did)
    }
    #expect(shard.count == 10)
    #expect(shard.hasEvicted)
    #expect(shard.account(used.did)?.row == used)
    #expect(shard.account(rows[29].did)?.row == rows[29])
  }

  @Test func accountsThatAreNotStoredStay() {
    var shard = AccountShard(limit: 10)
    let rows = (1...30).map { Self.row($0) }
    let stored = rows.compactMap { Self.change($0, in: &shard) }
    #expect(shard.count == 30 && stored.count == 30)
    var changed = rows[0]
    changed.local = .takendown
    shard.put(Self.known(changed), isDirty: true)
    // A checkpoint has the row from before the change.
    for row in stored { shard.stored(row) }
    for number in 31...60 { shard.put(Self.known(Self.row(number)), isDirty: false) }
    #expect(shard.account(changed.did)?.row == changed)
    #expect(shard.count <= 31)
  }

  /// After a takedown is reversed, the row is the same as before, but the store may contain the
  /// takedown.
  @Test func accountThatChangedBackIsKeptUntilItsLastChangeIsStored() {
    func fill(_ shard: inout AccountShard, _ numbers: ClosedRange<Int>) {
      for number in numbers { shard.put(Self.known(Self.row(number)), isDirty: false) }
    }
    var shard = AccountShard(limit: 10)
    let row = Self.row(1)
    var changed = row
    changed.local = .takendown
    let first = Self.change(row, in: &shard)!
    let second = Self.change(changed, in: &shard)!
    let third = Self.change(row, in: &shard)!
    for generation in [first, second] {
      shard.stored(generation)
      fill(&shard, 100...200)
      #expect(shard.peek(row.did) == row)
    }
    shard.stored(third)
    fill(&shard, 201...300)
    #expect(shard.peek(row.did) == nil)
    // Changes stored before it was evicted do not count for the new one.
    let fourth = Self.change(changed, in: &shard)!
    for generation in [first, second, third] { shard.stored(generation) }
    fill(&shard, 301...400)
    #expect(shard.peek(row.did) == changed)
    shard.stored(fourth)
    fill(&shard, 401...500)
    #expect(shard.peek(row.did) == nil)
  }

  /// Changes an account as a lane does.
  private static func change(_ row: AccountRow, in shard: inout AccountShard) -> StoredRow? {
    shard.put(known(row), isDirty: true).map { StoredRow(did: row.did, generation: $0) }
  }

  @Test func statusesThatHostsInventAreKept() {
    var shard = AccountShard(limit: 1000)
    let rows = (1...400).map { number in
      var row = Self.row(number)
      row.upstream = .inactive("invented\(number)")
      return row
    }
    for row in rows { shard.put(Self.known(row), isDirty: false) }
    for row in rows { #expect(shard.account(row.did)?.row == row) }
    for row in rows {
      var changed = row
      changed.upstream = .active
      shard.put(Self.known(changed), isDirty: false)
      #expect(shard.account(row.did)?.row == changed)
    }
  }
}
