/// The hosts, accounts, bans, and collections that a relay knows: a checkpoint of its log, and
/// changes that have no event.
///
/// Asynchronous on the outside, synchronous inside a transaction: the backend chooses the threads.
/// Backends are ``MemoryRelayStore`` and those in the targets above this one; all of them pass the
/// same conformance suite.
package protocol RelayStore: Sendable {
  /// Calls `body` with a snapshot of the state. Writing in it is a programming error.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any RelayTransaction) throws -> Value
  ) async throws -> Value

  /// Calls `body` in a transaction that is applied as a whole, or not at all if `body` throws. When
  /// this returns, the changes are durable. Transactions run one after another.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any RelayTransaction) throws -> Value
  ) async throws -> Value

  func close() throws
}

/// The stores within one transaction; not valid after it ends.
package protocol RelayTransaction {
  var hosts: any HostStore { get }
  var accounts: any AccountStore { get }
  var collections: any CollectionStore { get }
  var bans: any DomainBanStore { get }
  var checkpoint: any CheckpointStore { get }
}

/// The storage of a relay, chosen by the executable.
///
/// The target `SQLiteStorage` adds `sqlite(_:)`.
public struct RelayStorage: Sendable {
  package let store: any RelayStore
  package let log: any RelayLog

  package init(store: any RelayStore, log: any RelayLog) {
    self.store = store
    self.log = log
  }

  /// Creates storage in memory, which lasts as long as the process: for tests and development.
  public static func memory() -> RelayStorage {
    RelayStorage(store: MemoryRelayStore(), log: MemoryRelayLog())
  }

  package func close() throws {
    try store.close()
    try log.close()
  }
}
