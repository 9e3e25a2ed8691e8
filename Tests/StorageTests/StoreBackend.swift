import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import PDS
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing

/// A backend of ``PDSStore``. All backends must pass the suites of this target; to add one, add a
/// case.
enum StoreBackend: CaseIterable, CustomTestStringConvertible, Sendable {
  case memory
  case sqlite

  var testDescription: String { "\(self)" }

  /// Whether the data outlives the store object.
  var isDurable: Bool { self != .memory }

  func open(_ directory: String) throws -> any PDSStore {
    switch self {
    case .memory: MemoryPDSStore()
    case .sqlite: try SQLitePDSStore(directory: directory)
    }
  }

  /// Runs `body` with a new store.
  func withStore(_ body: (any PDSStore) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder.path)
    do {
      try await body(store)
    } catch {
      try? store.close()
      throw error
    }
    try store.close()
  }
}

struct Refused: Error {}

/// Values for tests.
enum Sample {
  /// Cheap to compute.
  static let password = try! PasswordHash(
    "password",
    parameters: PasswordHash.Parameters(logN: 1, r: 1, p: 1)
  )

  static func did(_ name: String) -> DID { try! DID("did:web:\(name).test") }

  static func cid(_ name: String) -> CID { CID(hashingRaw: Array(name.utf8)) }

  static func tid(_ number: UInt64) -> TID { TID(microseconds: number, clockIdentifier: 0)! }

  static func path(_ key: String, in collection: NSID = "com.example.note") -> RepoPath {
    RepoPath(collection, try! RecordKey(key))
  }

  static func account(_ name: String) -> Account {
    Account(
      did: did(name),
      handle: try! Handle("\(name).test"),
      email: "\(name)@mail.test",
      passwordHash: password
    )
  }

  static func blob(_ name: String, size: Int = 1, at seconds: Int = 100) -> BlobEntry {
    BlobEntry(cid: cid(name), mimeType: "text/plain", size: size, uploadedAt: seconds)
  }
}

extension PDSStore {
  func insertAccounts(_ names: String...) async throws {
    try await write { transaction throws in
      for name in names { try transaction.accounts.insert(Sample.account(name), AccountKeys()) }
    }
  }
}
