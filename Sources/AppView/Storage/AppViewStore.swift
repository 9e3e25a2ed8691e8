/// Stores everything that an app view knows: the state of verified sync, records and what is indexed of
/// them, takedowns, and what viewers keep privately.
///
/// Asynchronous on the outside, synchronous inside a transaction. Backends are ``MemoryAppViewStore``
/// and those in the targets above; all of them pass the same conformance suite.
package protocol AppViewStore: Sendable {
  /// Calls `body` with a snapshot of the state.
  ///
  /// - Parameter deadline: when SQL statements are interrupted; reads that were not finished throw
  ///   ``AppViewStoreError/Code/deadline``. Nil for none.
  func read<Value: Sendable>(
    deadline: ContinuousClock.Instant?,
    _ body: @escaping @Sendable (any IndexSnapshot) throws -> Value
  ) async throws -> Value

  /// Calls `body` in a transaction that is applied as a whole, or not at all if `body` throws. When
  /// this returns, the changes are durable. Transactions run one after another.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any IndexTransaction) throws -> Value
  ) async throws -> Value

  /// Like ``write(_:)``, but blocks the thread, for setting up before requests are served.
  func setUp<Value>(_ body: (any IndexTransaction) throws -> Value) throws -> Value

  func close() throws
}

/// The state at one moment; not valid after the closure that it was passed to ends.
///
/// Everything except ``sync`` and ``moderation`` shows visible accounts and records only: not those of
/// inactive accounts, and not what was taken down here.
package protocol IndexSnapshot {
  var sync: any SyncReading { get }
  var accounts: any AccountReading { get }
  var records: any RecordReading { get }
  var links: any LinkReading { get }
  var moderation: any TakedownReading { get }
  var viewers: any ViewerReading { get }
}

/// A snapshot that can be changed.
package protocol IndexTransaction: IndexSnapshot {
  var syncWriting: any SyncWriting { get }
  var recordWriting: any RecordWriting { get }
  var moderationWriting: any TakedownWriting { get }
  var viewersWriting: any ViewerWriting { get }
}
