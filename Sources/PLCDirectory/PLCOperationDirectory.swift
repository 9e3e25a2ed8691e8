public import ATProtoIdentity
public import ATProtoSyntax
import HTTPTypes

/// A PLC directory: it accepts valid PLC operations, and serves their logs.
public struct PLCOperationDirectory: Sendable {
  private let store: any PLCStore
  private let limits: PLCLimits
  private let now: @Sendable () -> Datetime

  /// - Parameter now: returns the current time in UTC, with milliseconds; for tests.
  public init(
    store: any PLCStore,
    limits: PLCLimits = .directory,
    now: @escaping @Sendable () -> Datetime = { .now }
  ) {
    self.store = store
    self.limits = limits
    self.now = now
  }

  /// Accepts an operation at the current time.
  ///
  /// Throws `PLCError` if the operation is not valid, ``PLCDirectoryError`` if there are too many,
  /// and the errors of the store.
  public func submit(_ operation: PLCOperation, of did: DID) async throws {
    try limits.check(operation)
    try await store.update(did) { [now] log in
      let time = now()
      let before = log
      let nullified = try log.append(operation, at: time)
      if nullified.isEmpty { try OperationRate.check(before, at: time) }
    }
  }

  /// The log of an identity. Throws ``PLCDirectoryError`` with status 404 if it is unknown.
  public func log(of did: DID) async throws -> PLCLog {
    let log = try await store.log(of: did)
    guard !log.entries.isEmpty else {
      throw PLCDirectoryError(.notFound, "DID not registered: \(did)")
    }
    return log
  }

  /// The current state of an identity. Throws ``PLCDirectoryError`` with status 404 if it is unknown
  /// or deactivated.
  public func data(of did: DID) async throws -> PLCData {
    guard let data = try await log(of: did).data else {
      throw PLCDirectoryError(.notFound, "DID not available: \(did)")
    }
    return data
  }

  /// Operations of all identities after a cursor, in order.
  ///
  /// - Parameter count: the maximum number of operations.
  public func export(
    after cursor: PLCExportCursor,
    count: Int
  ) async throws -> [PLCExportLine] {
    try await store.export(after: cursor, count: count)
  }

  /// Throws if the store cannot be read.
  func checkStore() async throws {
    _ = try await store.export(after: .sequence(Int.max), count: 1)
  }
}
