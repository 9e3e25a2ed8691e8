import ATProtoCrypto
import ATProtoSyntax
import GRDB

/// What the tables of one transaction share: rows that every record needs, and counts that are stored
/// once at the end instead of once for each record.
final class IndexTables {
  let db: Database
  let session: SQLiteSession
  let countedAtOnce: Int
  private var accountRows: [DID: AccountKey] = [:]
  private var collectionRows: [NSID: CollectionRow] = [:]
  private var sources: [SourceKey: Int64] = [:]
  private var groups: [GroupKey: Int64] = [:]
  private var pending = PendingCounts()
  /// The most groups and sources that are remembered, and groups whose counts wait: one transaction may
  /// have millions of records, whose links strangers choose.
  private static let maximumRemembered = 20_000
  /// Whether any record is taken down; nil if it is not known.
  var hasRecordTakedowns: Bool?
  /// The accounts whose links are counted although they are hidden, or the reverse.
  private var uncountedAccounts: [UncountedAccount]?

  struct AccountKey {
    var id: Int64
    var isVisible: Bool
    var isCounted: Bool
  }

  struct CollectionRow {
    var id: Int64
    var nsid: NSID
    var fingerprint: String?
    var generation: Int64
    var searched: [Int]
    var unindexed = UnindexedFields()
    var records: Int
  }

  struct UncountedAccount {
    var id: Int64
    var isVisible: Bool
  }

  private struct SourceKey: Hashable {
    var collection: Int64
    var path: String
  }

  private struct GroupKey: Hashable {
    /// By its bytes: strings are equal if they look the same.
    var target: [UInt8]
    var source: Int64
  }

  /// How stored counts change.
  private struct PendingCounts {
    var holdings: [HoldingKey: HoldingChange] = [:]
    var groups: [Int64: LinkChange] = [:]
  }

  private struct HoldingKey: Hashable {
    var account: Int64
    var collection: Int64
  }

  struct HoldingChange {
    var records = 0
    var invalid = 0
    var hidden = 0
    var links = 0
  }

  private struct LinkChange {
    var records = 0
    var accounts = 0
  }

  /// - Parameter countedAtOnce: the most links of an account that is counted anew at once.
  init(_ db: Database, _ session: SQLiteSession, countedAtOnce: Int) {
    self.db = db
    self.session = session
    self.countedAtOnce = countedAtOnce
  }

  // MARK: Accounts

  func account(_ did: DID) throws -> AccountKey? {
    if let row = accountRows[did] { return row }
    let row = try session.first(
      "SELECT id, isVisible, isCounted FROM account WHERE did = ?",
      .text(did.string)
    ) { AccountKey(id: $0.integer(0), isVisible: $0.flag(1), isCounted: $0.flag(2)) }
    if let row { accountRows[did] = row }
    return row
  }

  /// Call it after rows of accounts changed.
  func forgetAccounts() {
    accountRows = [:]
    uncountedAccounts = nil
  }

  func uncounted() throws -> [UncountedAccount] {
    if let uncountedAccounts { return uncountedAccounts }
    let found = try session.all(
      "SELECT id, isVisible FROM account WHERE isVisible != isCounted"
    ) { UncountedAccount(id: $0.integer(0), isVisible: $0.flag(1)) }
    uncountedAccounts = found
    return found
  }

  // MARK: Collections

  func collection(_ nsid: NSID) throws -> CollectionRow? {
    if let row = collectionRows[nsid] { return row }
    let row = try session.first(
      """
      SELECT id, fingerprint, generation, searched, records, unindexed FROM collection
      WHERE nsid = ?
      """,
      .text(nsid.string)
    ) { row in
      let fingerprint: String? =
        if case .text(let text) = row.value(1) { text } else { nil }
      return CollectionRow(
        id: row.integer(0),
        nsid: nsid,
        fingerprint: fingerprint,
        generation: row.integer(2),
        searched: row.text(3).split(separator: ",").compactMap { Int($0) },
        unindexed: UnindexedFields(row.text(5)),
        records: row.count(4)
      )
    }
    if let row { collectionRows[nsid] = row }
    return row
  }

  /// The collection, which is added if it is new.
  func addedCollection(_ nsid: NSID) throws -> CollectionRow {
    if let row = try collection(nsid) { return row }
    try session.run(
      """
      INSERT INTO collection (nsid, generation, searched, unindexed, records, invalid)
      VALUES (?, 0, '', '', 0, 0)
      """,
      .text(nsid.string)
    )
    let row = CollectionRow(
      id: session.lastInsertedID,
      nsid: nsid,
      generation: 0,
      searched: [],
      records: 0
    )
    collectionRows[nsid] = row
    return row
  }

  func forgetCollections() {
    collectionRows = [:]
  }

  func nsid(ofCollection id: Int64) throws -> NSID? {
    try session.first("SELECT nsid FROM collection WHERE id = ?", .integer(id)) {
      try NSID($0.text(0))
    }
  }

  // MARK: Links

  func source(_ collection: Int64, _ path: String) throws -> Int64? {
    let key = SourceKey(collection: collection, path: path)
    if let id = sources[key] { return id }
    let id = try session.first(
      "SELECT id FROM linkSource WHERE collection = ? AND path = ?",
      .integer(collection),
      .text(path)
    ) { $0.integer(0) }
    if let id { remember(id, key) }
    return id
  }

  func addedSource(_ collection: Int64, _ path: String) throws -> Int64 {
    if let id = try source(collection, path) { return id }
    try session.run(
      "INSERT INTO linkSource (collection, path) VALUES (?, ?)",
      .integer(collection),
      .text(path)
    )
    let id = session.lastInsertedID
    remember(id, SourceKey(collection: collection, path: path))
    return id
  }

  private func remember(_ source: Int64, _ key: SourceKey) {
    if sources.count >= Self.maximumRemembered { sources = [:] }
    sources[key] = source
  }

  private func remember(_ group: Int64, _ key: GroupKey) {
    if groups.count >= Self.maximumRemembered { groups = [:] }
    groups[key] = group
  }

  func group(_ target: String, _ source: Int64) throws -> Int64? {
    let key = GroupKey(target: Array(target.utf8), source: source)
    if let id = groups[key] { return id }
    let id = try session.first(
      "SELECT id FROM linkGroup WHERE hash = ? AND source = ? AND target = ?",
      .integer(Self.hash(target)),
      .integer(source),
      .text(target)
    ) { $0.integer(0) }
    if let id { remember(id, key) }
    return id
  }

  func addedGroup(_ target: String, _ source: Int64) throws -> (id: Int64, isNew: Bool) {
    if let id = try group(target, source) { return (id, false) }
    try session.run(
      "INSERT INTO linkGroup (records, accounts, source, hash, target) VALUES (0, 0, ?, ?, ?)",
      .integer(source),
      .integer(Self.hash(target)),
      .text(target)
    )
    let id = session.lastInsertedID
    remember(id, GroupKey(target: Array(target.utf8), source: source))
    return (id, true)
  }

  private static func hash(_ target: String) -> Int64 {
    let digest = SHA256.hash(target).bytes
    return Int64(bitPattern: digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  /// Removes a group if nothing is in it anymore.
  func removeGroupIfEmpty(_ id: Int64) throws {
    let isUsed = try session.first(
      "SELECT 1 FROM link WHERE grouping = ? LIMIT 1",
      .integer(id)
    ) { _ in true }
    guard isUsed == nil else { return }
    pending.groups[id] = nil
    try session.run("DELETE FROM linkGroup WHERE id = ?", .integer(id))
    groups = [:]
  }

  // MARK: Counts

  func changeHolding(_ account: Int64, _ collection: Int64, _ change: HoldingChange) {
    let key = HoldingKey(account: account, collection: collection)
    var sum = pending.holdings[key] ?? HoldingChange()
    sum.records += change.records
    sum.invalid += change.invalid
    sum.hidden += change.hidden
    sum.links += change.links
    pending.holdings[key] = sum
  }

  func changeGroup(_ id: Int64, records: Int, accounts: Int) throws {
    if pending.groups.count >= Self.maximumRemembered { try flush() }
    var sum = pending.groups[id] ?? LinkChange()
    sum.records += records
    sum.accounts += accounts
    pending.groups[id] = sum
  }

  /// Stores the changes to counts. Call it before counts are read, and at the end.
  func flush() throws {
    let changes = pending
    pending = PendingCounts()
    for (id, change) in changes.groups where change.records != 0 || change.accounts != 0 {
      try session.run(
        "UPDATE linkGroup SET records = records + ?, accounts = accounts + ? WHERE id = ?",
        .count(change.records),
        .count(change.accounts),
        .integer(id)
      )
    }
    var collections: [Int64: HoldingChange] = [:]
    for (key, change) in changes.holdings {
      try store(change, key)
      collections[key.collection, default: HoldingChange()].records += change.records
      collections[key.collection, default: HoldingChange()].invalid += change.invalid
    }
    for (id, change) in collections where change.records != 0 || change.invalid != 0 {
      try session.run(
        "UPDATE collection SET records = records + ?, invalid = invalid + ? WHERE id = ?",
        .count(change.records),
        .count(change.invalid),
        .integer(id)
      )
    }
  }

  private func store(_ change: HoldingChange, _ key: HoldingKey) throws {
    try session.run(
      """
      INSERT INTO holding (account, collection, records, invalid, hidden, links)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6)
      ON CONFLICT (account, collection) DO UPDATE SET records = records + ?3,
        invalid = invalid + ?4, hidden = hidden + ?5, links = links + ?6
      """,
      .integer(key.account),
      .integer(key.collection),
      .count(change.records),
      .count(change.invalid),
      .count(change.hidden),
      .count(change.links)
    )
    guard change.records < 0 else { return }
    try session.run(
      "DELETE FROM holding WHERE account = ? AND collection = ? AND records <= 0",
      .integer(key.account),
      .integer(key.collection)
    )
  }
}
