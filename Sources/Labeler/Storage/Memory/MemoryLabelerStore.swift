import ServiceKit
import Synchronization
package import XRPCServer

/// Keeps everything in memory, for as long as the process runs: the in-memory twin of every store
/// protocol, for tests and short-lived development servers.
///
/// A transaction works on a copy of the state and replaces the state when it commits.
package final class MemoryLabelerStore: LabelerStore {
  package let eventSignal = EventSignal()
  private let state = Mutex(MemoryLabelerState())

  package init() {}

  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (any LabelerTransaction) throws -> Value
  ) async throws -> Value {
    try body(MemoryLabelerTransaction(state.withLock { $0 }, isReadOnly: true))
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any LabelerTransaction) throws -> Value
  ) async throws -> Value {
    let (value, hasNewLabels) = try commit(body)
    if hasNewLabels { eventSignal.notify() }
    return value
  }

  package func setUp<Value>(_ body: (any LabelerTransaction) throws -> Value) throws -> Value {
    try commit(body).value
  }

  private func commit<Value>(
    _ body: (any LabelerTransaction) throws -> Value
  ) throws -> (value: Value, hasNewLabels: Bool) {
    try state.withLock { state in
      let transaction = MemoryLabelerTransaction(state, isReadOnly: false)
      let value = try body(transaction)
      let hasNewLabels = transaction.state.labels.newest != state.labels.newest
      state = transaction.state
      return (value, hasNewLabels)
    }
  }

  package func close() {}
}

/// Everything that a ``MemoryLabelerStore`` keeps.
struct MemoryLabelerState: Sendable {
  var labels = MemoryLabelTable()
  var secrets: [String: [UInt8]] = [:]
  /// Events, statuses, members, pushes, and records.
  var moderation = MemoryModerationState()
  /// The sessions of the review page, by the hashes of their tokens.
  var reviewSessions: [[UInt8]: ReviewSession] = [:]
}

final class MemoryLabelerTransaction: LabelerTransaction {
  private(set) var state: MemoryLabelerState
  private let isReadOnly: Bool

  init(_ state: MemoryLabelerState, isReadOnly: Bool) {
    self.state = state
    self.isReadOnly = isReadOnly
  }

  /// Changes the state. Throws in a read-only transaction.
  func change<Value>(_ body: (inout MemoryLabelerState) throws -> Value) throws -> Value {
    guard !isReadOnly else { throw ServiceError(.storage, "cannot write in a read transaction") }
    return try body(&state)
  }

  var labels: any LabelStore { MemoryLabels(transaction: self) }
  var events: any ModerationEventStore { MemoryModerationEvents(transaction: self) }
  var statuses: any SubjectStatusStore { MemorySubjectStatuses(transaction: self) }
  var members: any MemberStore { MemoryMembers(transaction: self) }
  var pushes: any PushStore { MemoryPushes(transaction: self) }
  var records: any SubjectRecordStore { MemorySubjectRecords(transaction: self) }
  var reviewSessions: any ReviewSessionStore { MemoryReviewSessions(transaction: self) }
  var secrets: any LabelerSecretStore { MemoryLabelerSecrets(transaction: self) }
}

struct MemoryLabelerSecrets: LabelerSecretStore {
  let transaction: MemoryLabelerTransaction

  func secret(_ name: String) -> [UInt8]? { transaction.state.secrets[name] }

  func setSecret(_ name: String, _ value: [UInt8]) throws {
    try transaction.change { $0.secrets[name] = value }
  }
}
