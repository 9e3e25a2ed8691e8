import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// The accounts of one lane that are in memory.
///
/// The table is a cache of the store. When it is full, it evicts an account that has not been used
/// recently and whose current state is in the store (the CLOCK algorithm).
struct AccountShard: Sendable {
  /// The number of accounts that the table should not exceed. Accounts that are not in the store
  /// yet are kept regardless.
  private let limit: Int
  private var columns = AccountColumns()
  private var index: AccountIndex
  private var free: [UInt32] = []
  private var hand: UInt32 = 0
  private var pdsNames = NameTable<String>()
  private var otherDIDs = NameTable<DID>()
  private var statuses = NameTable<HostedStatus>()
  /// Statuses of accounts when ``statuses`` has no number left, by slot: hosts may invent them.
  private var rareStatuses: [UInt32: HostedStatus] = [:]
  /// The generation of the last change of each account that is not stored yet, by slot. Comparing
  /// rows is not enough: an account that changed and changed back looks stored while its entries
  /// are still being written.
  private var generations: [UInt32: UInt64] = [:]
  private var lastGeneration: UInt64 = 0

  /// Whether an account has been evicted.
  private(set) var hasEvicted = false

  /// The resident memory of one account, measured with a million of them (`Benchmarks relay
  /// --memory`): columns, 7 bytes of an index that is at most two thirds full, and unused space in
  /// chunks and tables.
  static let bytesPerAccount = 222

  private static let rareStatus: UInt8 = 255
  /// The maximum number of slots that the hand passes to make room for one account.
  private static let sweep = 256

  init(
    limit: Int,
    hash: @escaping @Sendable (PackedDID) -> Int = { $0.hashValue }
  ) {
    self.limit = max(limit, 1)
    index = AccountIndex(hash: hash)
  }

  var count: Int { index.count }

  /// Returns an account and when its identity was last refreshed, and marks it as used.
  mutating func account(_ did: DID) -> KnownRow? {
    guard let slot = slot(of: did) else { return nil }
    columns.flags[slot].isRecent = true
    return KnownRow(row: row(did, slot), refreshedAt: .seconds(columns.refreshedAt[slot]))
  }

  /// Returns an account without marking it as used.
  func peek(_ did: DID) -> AccountRow? {
    slot(of: did).map { row(did, $0) }
  }

  /// Inserts or replaces an account.
  ///
  /// - Parameter isDirty: whether the account still has to be stored; nil if that has not changed.
  /// - Returns: the generation of the change that makes the account dirty; see ``stored(_:)``.
  @discardableResult
  mutating func put(_ account: KnownRow, isDirty: Bool?) -> UInt64? {
    let row = account.row
    let slot: UInt32
    if let known = self.slot(of: row.did) {
      slot = known
      releaseNames(slot)
    } else {
      makeRoom()
      slot = free.popLast() ?? columns.append()
      columns.flags[slot] = AccountFlags()
      columns.flags[slot].isOccupied = true
      columns.did[slot] = PackedDID(plc: row.did) ?? PackedDID(number: otherDIDs.use(row.did))
      index.insert(slot, columns.did)
    }
    write(row, slot)
    columns.refreshedAt[slot] = account.refreshedAt.secondsRoundedDown
    // A new account is not marked as used, so a flood of accounts does not replace the busy ones.
    guard let isDirty else { return nil }
    columns.flags[slot].isDirty = isDirty
    guard isDirty else {
      generations[slot] = nil
      return nil
    }
    lastGeneration += 1
    generations[slot] = lastGeneration
    return lastGeneration
  }

  /// Records that an account has been stored as of a change. If the account has changed since then,
  /// it is stored again.
  mutating func stored(_ row: StoredRow) {
    guard let slot = slot(of: row.did), generations[slot] == row.generation else { return }
    generations[slot] = nil
    columns.flags[slot].isDirty = false
  }

  // MARK: Slots

  private func slot(of did: DID) -> UInt32? {
    if let packed = PackedDID(plc: did) { return index.slot(of: packed, columns.did) }
    return otherDIDs.number(of: did).flatMap {
      index.slot(of: PackedDID(number: $0), columns.did)
    }
  }

  private mutating func makeRoom() {
    guard index.count >= limit, columns.count > 0 else { return }
    for _ in 0..<Self.sweep {
      let slot = hand
      hand = (hand + 1) % UInt32(columns.count)
      let flags = columns.flags[slot]
      guard flags.isOccupied, !flags.isDirty else { continue }
      if flags.isRecent {
        columns.flags[slot].isRecent = false
      } else {
        hasEvicted = true
        return remove(slot)
      }
    }
  }

  private mutating func remove(_ slot: UInt32) {
    let did = columns.did[slot]
    index.remove(did, columns.did)
    releaseNames(slot)
    if let number = did.number { otherDIDs.release(number) }
    columns.flags[slot] = AccountFlags()
    free.append(slot)
  }

  private mutating func releaseNames(_ slot: UInt32) {
    let flags = columns.flags[slot]
    if flags.curve != nil { pdsNames.release(columns.pds[slot]) }
    if flags.upstream == Self.rareStatus {
      rareStatuses[slot] = nil
    } else {
      statuses.release(UInt32(flags.upstream))
    }
  }

  // MARK: Rows

  private mutating func write(_ row: AccountRow, _ slot: UInt32) {
    var flags = columns.flags[slot]
    columns.id[slot] = row.id.rawValue
    columns.host[slot] = row.host.rawValue
    flags.local = row.local
    flags.phase = row.phase
    flags.upstream = number(of: row.upstream, slot)
    flags.hasRev = row.rev != nil && row.data != nil
    columns.rev[slot] = row.rev?.rawValue ?? 0
    if let data = row.data { columns.data[slot] = Words4(data.digest[...]) }
    flags.hasCommit = row.commit != nil
    if let commit = row.commit { columns.commit[slot] = Words4(commit.digest[...]) }
    flags.curve = row.identity?.signingKey.curve
    if let identity = row.identity {
      columns.pds[slot] = pdsNames.use(identity.pds)
      columns.key[slot] = Words8(identity.signingKey.uncompressed)
      columns.checkedAt[slot] = identity.checkedAt.secondsRoundedDown
    }
    columns.flags[slot] = flags
  }

  private mutating func number(of status: HostedStatus, _ slot: UInt32) -> UInt8 {
    if statuses.number(of: status) != nil || statuses.count < Int(Self.rareStatus) {
      return UInt8(statuses.use(status))
    }
    rareStatuses[slot] = status
    return Self.rareStatus
  }

  private func row(_ did: DID, _ slot: UInt32) -> AccountRow {
    let flags = columns.flags[slot]
    let upstream =
      flags.upstream == Self.rareStatus
      ? rareStatuses[slot] : statuses[UInt32(flags.upstream)]
    var row = AccountRow(
      id: AccountID(rawValue: columns.id[slot]),
      did: did,
      host: HostID(rawValue: columns.host[slot]),
      local: flags.local,
      upstream: upstream ?? .active,
      phase: flags.phase,
      identity: identity(slot, flags)
    )
    if flags.hasRev {
      row.rev = TID(rawValue: columns.rev[slot])
      row.data = CID(codec: .dagCBOR, sha256Digest: columns.data[slot].bytes)
    }
    if flags.hasCommit {
      row.commit = CID(codec: .dagCBOR, sha256Digest: columns.commit[slot].bytes)
    }
    return row
  }

  private func identity(_ slot: UInt32, _ flags: AccountFlags) -> SyncIdentity? {
    guard let curve = flags.curve, let pds = pdsNames[columns.pds[slot]],
      let key = try? PublicKey(curve: curve, point: columns.key[slot].point)
    else { return nil }
    return SyncIdentity(signingKey: key, pds: pds, checkedAt: .seconds(columns.checkedAt[slot]))
  }
}

/// An account in memory.
struct KnownRow: Sendable {
  var row: AccountRow
  /// When the identity was last refreshed (`SyncAccount.refreshedAt`), which is not stored.
  var refreshedAt: SyncTime
}

extension SyncTime {
  fileprivate static func seconds(_ seconds: UInt32) -> SyncTime { SyncTime(seconds) * 1_000_000 }

  fileprivate var secondsRoundedDown: UInt32 { UInt32(clamping: self / 1_000_000) }
}
