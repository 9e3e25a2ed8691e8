import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Relay
import SQLiteStorage
import TestSupport
import Testing

/// A backend of ``RelayStore`` and ``RelayLog``. All backends must pass the suites of this target;
/// to add one, add a case.
enum RelayBackend: CaseIterable, CustomTestStringConvertible, Sendable {
  case memory
  case files

  var testDescription: String { "\(self)" }

  func openStore(_ directory: String) throws -> any RelayStore {
    switch self {
    case .memory: MemoryRelayStore()
    case .files: try SQLiteRelayStore(path: directory + "/relay.sqlite")
    }
  }

  func openLog(_ directory: String) throws -> any RelayLog {
    switch self {
    case .memory: MemoryRelayLog()
    case .files: try SegmentLog(directory: directory + "/persist")
    }
  }

  func withStore(_ body: (any RelayStore) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let store = try openStore(folder.path)
    do {
      try await body(store)
    } catch {
      try? store.close()
      throw error
    }
    try store.close()
  }

  func withLog(_ body: (any RelayLog) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let log = try openLog(folder.path)
    do {
      try await body(log)
    } catch {
      try? log.close()
      throw error
    }
    try log.close()
  }
}

extension Sample {
  static func host(_ number: UInt32) -> HostID { HostID(rawValue: number) }

  static func account(_ number: UInt32) -> AccountID { AccountID(rawValue: number) }

  /// A row with all its fields.
  static func row(_ number: UInt32, host: UInt32 = 1, pds: String = "one.test") -> AccountRow {
    AccountRow(
      id: account(number),
      did: did("user\(number)"),
      host: Self.host(host),
      rev: tid(UInt64(number)),
      data: block("data\(number)"),
      commit: block("commit\(number)"),
      identity: SyncIdentity(signingKey: key, pds: pds, checkedAt: 1_000)
    )
  }

  private static func block(_ name: String) -> CID {
    CID(codec: .dagCBOR, sha256Digest: cid(name).digest)
  }

  static let key = PrivateKey(generating: .k256).publicKey
  static let otherKey = PrivateKey(generating: .p256).publicKey

  /// A record whose frame names its number.
  static func record(
    _ sequence: Int,
    at microseconds: UInt64? = nil,
    kind: LogEntry.Kind = .commit,
    account: UInt32 = 1,
    collections: [NSID] = []
  ) -> LogRecord {
    var bloom = CollectionBloom()
    for collection in collections { bloom.insert(collection) }
    return LogRecord(
      sequence: sequence,
      microseconds: microseconds ?? UInt64(sequence) * 1_000,
      kind: kind,
      account: Self.account(account),
      host: host(2),
      upstreamSequence: kind == .account ? nil : sequence + 100,
      operationCount: kind == .commit ? 3 : 0,
      collections: bloom,
      effect: Array("effect \(sequence)".utf8),
      frame: Array("frame \(sequence)".utf8)
    )
  }
}
