package import XRPCServer

/// Stores everything that a labeler knows.
///
/// Asynchronous on the outside, synchronous inside a transaction: the backend chooses the threads.
/// Backends are ``MemoryLabelerStore`` and those in the targets above this one; all of them pass the
/// same conformance suite.
package protocol LabelerStore: Sendable {
  /// Notified after new labels are durable and readable.
  var eventSignal: EventSignal { get }

  /// Calls `body` with a snapshot of the state. Writing in it is a programming error.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any LabelerTransaction) throws -> Value
  ) async throws -> Value

  /// Calls `body` in a transaction that is applied as a whole, or not at all if `body` throws. When
  /// this returns, the changes are durable. Transactions run one after another.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any LabelerTransaction) throws -> Value
  ) async throws -> Value

  /// Like ``write(_:)``, but blocks the thread, for setting up a labeler before it serves requests.
  func setUp<Value>(_ body: (any LabelerTransaction) throws -> Value) throws -> Value

  func close() throws
}

/// The stores within one transaction; not valid after it ends.
package protocol LabelerTransaction {
  var labels: any LabelStore { get }
  var events: any ModerationEventStore { get }
  var statuses: any SubjectStatusStore { get }
  var members: any MemberStore { get }
  var pushes: any PushStore { get }
  var records: any SubjectRecordStore { get }
  var reviewSessions: any ReviewSessionStore { get }
  var secrets: any LabelerSecretStore { get }
}

/// The storage of a labeler, chosen by the executable.
///
/// The target `SQLiteStorage` adds `sqlite(_:)`.
public struct LabelerStorage: Sendable {
  package let store: any LabelerStore

  package init(store: any LabelerStore) {
    self.store = store
  }

  /// Creates storage in memory, which lasts as long as the process: for tests and development.
  public static func memory() -> LabelerStorage {
    LabelerStorage(store: MemoryLabelerStore())
  }

  package func close() throws {
    try store.close()
  }
}
