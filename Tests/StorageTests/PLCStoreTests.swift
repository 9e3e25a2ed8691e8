import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import PLCDirectory
import SQLiteStorage
import TestSupport
import Testing

/// A backend of ``PLCStore``. All backends must pass the suite; to add one, add a case.
enum PLCStoreBackend: CaseIterable, CustomTestStringConvertible, Sendable {
  case memory
  case sqlite

  var testDescription: String { "\(self)" }

  /// Runs `body` with a new store.
  func withStore(_ body: (any PLCStore) async throws -> Void) async throws {
    switch self {
    case .memory: try await body(MemoryPLCStore())
    case .sqlite:
      let folder = try TemporaryFolder()
      let store = try SQLitePLCStore(directory: folder.path)
      defer { try? store.close() }
      try await body(store)
    }
  }
}

@Suite struct PLCStoreTests {
  /// An identity with its keys.
  private struct Identity: Sendable {
    let recovery = PrivateKey(generating: .k256)
    let key = PrivateKey(generating: .k256)
    let genesis: PLCOperation

    init(_ handle: Handle) {
      let data = PLCData(
        signingKey: key.publicKey,
        rotationKeys: [recovery.publicKey, key.publicKey],
        handle: handle,
        pds: "https://pds.test"
      )
      genesis = PLCOperation(genesis: data, signedBy: key)
    }

    var did: DID { genesis.did }
  }

  private static func time(_ seconds: Int) -> Datetime {
    try! Datetime("2026-01-01T00:00:\(seconds < 10 ? "0" : "")\(seconds).000Z")
  }

  private static func create(
    _ identity: Identity,
    in store: any PLCStore,
    at seconds: Int
  ) async throws {
    try await store.update(identity.did) { log in
      try log.append(identity.genesis, at: time(seconds))
    }
  }

  @Test("the log of an unknown identity is empty", arguments: PLCStoreBackend.allCases)
  func unknownLogIsEmpty(_ backend: PLCStoreBackend) async throws {
    try await backend.withStore { store in
      let identity = Identity("alice.test")
      let log = try await store.log(of: identity.did)
      #expect(log.entries.isEmpty && log.did == identity.did)
    }
  }

  @Test(
    "operations are stored in order, and nullified ones are marked",
    arguments: PLCStoreBackend.allCases
  )
  func operationsAreStored(_ backend: PLCStoreBackend) async throws {
    try await backend.withStore { store in
      let identity = Identity("alice.test")
      try await Self.create(identity, in: store, at: 1)
      let theft = try await store.log(of: identity.did).operation(signedBy: identity.key) {
        $0.handle = "mallory.test"
      }
      try await store.update(identity.did) { try $0.append(theft, at: Self.time(2)) }
      let rescue = try await store.log(of: identity.did)
        .operation(after: identity.genesis.cid, signedBy: identity.recovery)
      try await store.update(identity.did) { try $0.append(rescue, at: Self.time(3)) }
      let log = try await store.log(of: identity.did)
      #expect(log.entries.map(\.operation) == [identity.genesis, theft, rescue])
      #expect(log.entries.map(\.isNullified) == [false, true, false])
      #expect(log.entries.map(\.createdAt) == (1...3).map(Self.time))
    }
  }

  @Test("a change that throws stores nothing", arguments: PLCStoreBackend.allCases)
  func throwingChangeStoresNothing(_ backend: PLCStoreBackend) async throws {
    try await backend.withStore { store async throws in
      let identity = Identity("alice.test")
      await #expect(throws: Refused.self) {
        try await store.update(identity.did) { log in
          try log.append(identity.genesis, at: Self.time(1))
          throw Refused()
        }
      }
      #expect(try await store.log(of: identity.did).entries.isEmpty)
      #expect(try await store.export(after: .sequence(0), count: 10).isEmpty)
    }
  }

  @Test(
    "exports continue after a sequence number or a time, without gaps or duplicates",
    arguments: PLCStoreBackend.allCases,
    [1, 2, 10]
  )
  func exportsContinue(_ backend: PLCStoreBackend, _ count: Int) async throws {
    try await backend.withStore { store in
      let identities = (1...5).map { Identity(try! Handle("user\($0).test")) }
      for (index, identity) in identities.enumerated() {
        try await Self.create(identity, in: store, at: index + 1)
      }
      #expect(try await store.export(after: .sequence(5), count: count).isEmpty)
      #expect(try await store.export(after: .time(Self.time(5)), count: count).isEmpty)
      var bySequence: [PLCExportLine] = []
      while true {
        let cursor = PLCExportCursor.sequence(bySequence.last?.sequence ?? 0)
        let page = try await store.export(after: cursor, count: count)
        if page.isEmpty { break }
        #expect(page.count <= count)
        bySequence += page
      }
      #expect(bySequence.map(\.did) == identities.map(\.did))
      #expect(bySequence.map(\.sequence) == [1, 2, 3, 4, 5])
      #expect(bySequence.map(\.entry.operation) == identities.map(\.genesis))
      var byTime: [PLCExportLine] = []
      while true {
        let cursor = PLCExportCursor.time(byTime.last?.entry.createdAt)
        let page = try await store.export(after: cursor, count: count)
        if page.isEmpty { break }
        byTime += page
      }
      #expect(byTime == bySequence)
    }
  }

  @Test(
    "concurrent changes to an identity are serialized",
    arguments: PLCStoreBackend.allCases
  )
  func concurrentChangesAreSerialized(_ backend: PLCStoreBackend) async throws {
    try await backend.withStore { store in
      let identity = Identity("alice.test")
      try await Self.create(identity, in: store, at: 1)
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for index in 0..<20 {
          group.addTask {
            do {
              // Each builds on the genesis operation, so only one can be the second operation.
              try await store.update(identity.did) { log in
                guard log.entries.count == 1 else { throw Refused() }
                let operation = try log.operation(signedBy: identity.key) {
                  $0.handle = try! Handle("user\(index).test")
                }
                try log.append(operation, at: Self.time(2))
              }
              return true
            } catch {
              return false
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count { $0 } == 1)
      #expect(try await store.log(of: identity.did).entries.count == 2)
    }
  }
}
