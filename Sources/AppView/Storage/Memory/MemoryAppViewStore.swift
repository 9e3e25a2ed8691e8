import ATProtoLabels
import ServiceKit
import Synchronization

/// Keeps everything in memory, for as long as the process runs: the in-memory twin of every table of
/// an app view, for tests and short-lived development servers.
///
/// A transaction works on a copy of the state and replaces the state when it commits. Queries look
/// at every record, so this is also what the answers of other backends are compared with.
package final class MemoryAppViewStore: AppViewStore {
  private let state = Mutex(MemoryIndexState())

  package init() {}

  package func read<Value: Sendable>(
    deadline: ContinuousClock.Instant?,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value {
    let snapshot = state.withLock { $0 }
    return try body(MemoryIndexTransaction(snapshot, isReadOnly: true, deadline: deadline))
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any IndexTransaction) throws -> Value
  ) async throws -> Value {
    try setUp(body)
  }

  package func setUp<Value>(_ body: (any IndexTransaction) throws -> Value) throws -> Value {
    try state.withLock { state in
      let transaction = MemoryIndexTransaction(state, isReadOnly: false, deadline: nil)
      let value = try body(transaction)
      state = transaction.state
      return value
    }
  }

  package func close() {}
}

final class MemoryIndexTransaction: IndexTransaction {
  private(set) var state: MemoryIndexState
  private let isReadOnly: Bool
  private let deadline: ContinuousClock.Instant?

  init(_ state: MemoryIndexState, isReadOnly: Bool, deadline: ContinuousClock.Instant?) {
    self.state = state
    self.isReadOnly = isReadOnly
    self.deadline = deadline
  }

  /// Changes the state. Throws in a snapshot.
  func change<Value>(_ body: (inout MemoryIndexState) throws -> Value) throws -> Value {
    guard !isReadOnly else { throw ServiceError(.storage, "cannot write in a read transaction") }
    return try body(&state)
  }

  /// The state for a query that looks at many records.
  func scan() throws -> MemoryIndexState {
    if let deadline, deadline < .now {
      throw AppViewStoreError(.deadline, "cannot finish the query: it takes too long")
    }
    return state
  }

  var sync: any SyncReading { MemorySyncTable(transaction: self) }
  var accounts: any AccountReading { MemoryAccounts(transaction: self) }
  var records: any RecordReading { MemoryRecords(transaction: self) }
  var links: any LinkReading { MemoryLinks(transaction: self) }
  var moderation: any TakedownReading { MemoryTakedowns(transaction: self) }
  var viewers: any ViewerReading { MemoryViewers(transaction: self) }
  var syncWriting: any SyncWriting { MemorySyncTable(transaction: self) }
  var recordWriting: any RecordWriting { MemoryRecords(transaction: self) }
  var moderationWriting: any TakedownWriting { MemoryTakedowns(transaction: self) }
  var viewersWriting: any ViewerWriting { MemoryViewers(transaction: self) }
}

extension AppViewStorage {
  /// Everything in memory, for as long as the process runs.
  public static func memory() -> AppViewStorage {
    AppViewStorage(store: MemoryAppViewStore(), labels: MemoryLabelIndex())
  }
}
