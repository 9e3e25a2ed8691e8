public import ATProtoIdentity
public import ATProtoSyntax
import HTTPTypes

/// A directory of `did:plc` identities: takes in operations that are valid and no others, and tells
/// what it holds.
public struct PLCDirectory: Sendable {
  private let store: any PLCStore
  private let limits: PLCLimits
  private let now: @Sendable () -> Datetime

  /// - Parameter now: the clock, for tests; in UTC, with milliseconds.
  public init(
    store: any PLCStore,
    limits: PLCLimits = .directory,
    now: @escaping @Sendable () -> Datetime = { .now }
  ) {
    self.store = store
    self.limits = limits
    self.now = now
  }

  /// Takes an operation in, with the present time.
  ///
  /// Throws `PLCError` for operations that are not valid, ``PLCDirectoryError`` for too many of
  /// them, and what the store throws.
  public func submit(_ operation: PLCOperation, of did: DID) async throws {
    try limits.check(operation)
    try await store.update(did) { [now] log in
      let time = now()
      let before = log
      let nullified = try log.append(operation, at: time)
      if nullified.isEmpty { try OperationRate.check(before, at: time) }
    }
  }

  /// The log of an identity. Throws ``PLCDirectoryError`` with status 404 where it is not known.
  public func log(of did: DID) async throws -> PLCLog {
    let log = try await store.log(of: did)
    guard !log.entries.isEmpty else {
      throw PLCDirectoryError(.notFound, "DID not registered: \(did)")
    }
    return log
  }

  /// What holds. Throws ``PLCDirectoryError`` with status 404 where nothing does.
  public func data(of did: DID) async throws -> PLCData {
    guard let data = try await log(of: did).data else {
      throw PLCDirectoryError(.notFound, "DID not available: \(did)")
    }
    return data
  }

  public func export(
    after cursor: PLCExportCursor,
    count: Int
  ) async throws -> [PLCExportLine] {
    try await store.export(after: cursor, count: count)
  }
}
