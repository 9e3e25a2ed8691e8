import ServiceKit
import Synchronization

/// Keeps everything in memory, for as long as the process runs: the in-memory twin of every store
/// protocol of a relay.
///
/// A transaction works on a copy of the state and replaces the state when it commits.
package final class MemoryRelayStore: RelayStore {
  private let state = Mutex(MemoryRelayState())

  package init() {}

  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (any RelayTransaction) throws -> Value
  ) async throws -> Value {
    try body(MemoryRelayTransaction(state.withLock { $0 }, isReadOnly: true))
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any RelayTransaction) throws -> Value
  ) async throws -> Value {
    try state.withLock { state in
      let transaction = MemoryRelayTransaction(state, isReadOnly: false)
      let value = try body(transaction)
      state = transaction.state
      return value
    }
  }

  package func close() {}
}

/// Everything that a ``MemoryRelayStore`` keeps.
struct MemoryRelayState: Sendable {
  var hosts: [HostRow] = []
  /// Hosts that were added by public requests.
  var publicHosts: Set<HostID> = []
  var accounts = MemoryAccountRows()
  var collections = MemoryCollectionIndex()
  var bans: Set<String> = []
  var appliedSequence = 0
}

final class MemoryRelayTransaction: RelayTransaction {
  private(set) var state: MemoryRelayState
  private let isReadOnly: Bool

  init(_ state: MemoryRelayState, isReadOnly: Bool) {
    self.state = state
    self.isReadOnly = isReadOnly
  }

  /// Changes the state. Throws in a read-only transaction.
  func change<Value>(_ body: (inout MemoryRelayState) throws -> Value) throws -> Value {
    guard !isReadOnly else {
      throw ServiceError(.storage, "cannot write in a read-only transaction")
    }
    return try body(&state)
  }

  var hosts: any HostStore { MemoryHosts(transaction: self) }
  var accounts: any AccountStore { MemoryRelayAccounts(transaction: self) }
  var collections: any CollectionStore { MemoryCollections(transaction: self) }
  var bans: any DomainBanStore { MemoryDomainBans(transaction: self) }
  var checkpoint: any CheckpointStore { MemoryCheckpoint(transaction: self) }
}
