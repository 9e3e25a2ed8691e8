package import ATProtoRepo
package import ATProtoSyntax

/// The hosts that a relay subscribes to.
package protocol HostStore {
  /// Adds a host with the next ID, active and without a cursor. Throws if it exists.
  ///
  /// - Parameter isPublic: whether a public request added it, rather than the operator.
  func insert(
    _ name: HostName,
    createdAt: SyncTime,
    accountLimit: Int?,
    isPublic: Bool
  ) throws -> HostID

  func host(_ id: HostID) throws -> HostRow?

  /// - Parameter name: `HostName.text`.
  func host(named name: String) throws -> HostRow?

  /// Hosts ordered by ID.
  ///
  /// - Parameter includesSilent: whether hosts without a cursor are listed.
  func page(after id: HostID?, limit: Int, includesSilent: Bool) throws -> [HostRow]

  /// Changes a host, except its name, its time of creation, and its progress.
  func update(_ host: HostRow) throws

  func setProgress(of host: HostID, cursor: Int?, ahead: [Range<Int>]) throws

  /// The number of hosts that the public added at or after a time.
  func createdCount(since time: SyncTime) throws -> Int
}

extension HostStore {
  /// Adds a host for the operator.
  package func insert(
    _ name: HostName,
    createdAt: SyncTime,
    accountLimit: Int?
  ) throws -> HostID {
    try insert(name, createdAt: createdAt, accountLimit: accountLimit, isPublic: false)
  }
}

/// The accounts of all hosts.
package protocol AccountStore {
  /// Inserts or replaces whole rows.
  ///
  /// - Parameter keepsIdentity: leaves the identities of accounts that exist as they are.
  func upsert(_ rows: [AccountRow], keepsIdentity: Bool) throws

  func row(of did: DID) throws -> AccountRow?

  func row(_ id: AccountID) throws -> AccountRow?

  /// Accounts ordered by ID.
  func page(after id: AccountID?, limit: Int) throws -> [AccountRow]

  /// The first accounts of a host that are throttled.
  func throttled(on host: HostID, limit: Int) throws -> [AccountRow]

  func takenDown(after id: AccountID?, limit: Int) throws -> [AccountRow]

  /// Accounts whose repositories have to be fetched.
  func unsynchronized(after id: AccountID?, limit: Int) throws -> [AccountRow]

  /// The number of accounts of each host that its host has not deleted.
  func liveCounts() throws -> [HostID: Int]

  /// The number of throttled accounts of each host that has some.
  func throttledCounts() throws -> [HostID: Int]

  /// The ID of the newest account.
  func maximumID() throws -> AccountID?
}

extension AccountStore {
  package func upsert(_ rows: [AccountRow]) throws {
    try upsert(rows, keepsIdentity: false)
  }
}

/// Which accounts have records in which collections.
package protocol CollectionStore {
  /// Adding an existing entry changes nothing.
  func add(_ account: AccountID, _ collections: [NSID]) throws

  func remove(_ account: AccountID, _ collections: [NSID]) throws

  func replace(_ account: AccountID, with collections: Set<NSID>) throws

  /// Accounts with records in a collection, ordered by ID.
  func page(_ collection: NSID, after id: AccountID?, limit: Int) throws -> [AccountID]

  func collections(of account: AccountID) throws -> Set<NSID>

  /// The number of accounts in each collection, ordered by name.
  func counts(after collection: NSID?, limit: Int) throws -> [(collection: NSID, count: Int)]
}

/// Domains whose hosts are banned, subdomains included.
package protocol DomainBanStore {
  /// Banning a banned domain changes nothing.
  func insert(_ domain: String, createdAt: SyncTime) throws

  /// Returns whether the domain was banned.
  @discardableResult func remove(_ domain: String) throws -> Bool

  func contains(anyOf domains: [String]) throws -> Bool

  /// All domains in alphabetical order.
  func all() throws -> [String]
}

/// How far the store has followed the log.
package protocol CheckpointStore {
  /// The number of the last record whose effect is in the store; 0 at first.
  func appliedSequence() throws -> Int

  func setAppliedSequence(_ sequence: Int) throws
}
