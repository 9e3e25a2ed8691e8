import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import PLCDirectory
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing

@Suite struct PLCDirectoryTests {
  let clock = Clock()
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  func directory(_ kind: StoreKind) throws -> PLCOperationDirectory {
    PLCOperationDirectory(store: try kind.make(in: folder), now: { [clock] in clock.now })
  }

  @Test(arguments: StoreKind.allCases) func identityIsCreatedRecoveredAndDeactivated(
    _ kind: StoreKind
  ) async throws {
    let directory = try directory(kind)
    let person = Person()
    let did = person.did
    await #expect(throws: PLCDirectoryError.self) { try await directory.log(of: did) }
    try await directory.submit(person.genesis, of: did)
    clock.advance(60)
    let theft = try await directory.log(of: did).operation(signedBy: person.rotation) {
      $0.handle = "mallory.test"
    }
    try await directory.submit(theft, of: did)
    #expect(try await directory.data(of: did).handle == "mallory.test")
    clock.advance(60)
    let rescue = try await directory.log(of: did)
      .operation(after: person.genesis.cid, signedBy: person.recovery)
    try await directory.submit(rescue, of: did)
    let log = try await directory.log(of: did)
    #expect(log.entries.map(\.isNullified) == [false, true, false])
    #expect(try PLCLog(verifying: log.auditValue, of: did) == log)
    #expect(try await directory.data(of: did).handle == "alice.test")
    clock.advance(60)
    try await directory.submit(try log.tombstone(signedBy: person.rotation), of: did)
    await #expect(throws: PLCDirectoryError.self) { try await directory.data(of: did) }
    #expect(try await directory.log(of: did).entries.count == 4)
  }

  @Test(arguments: StoreKind.allCases)
  func invalidOperationIsRefusedAndNotStored(_ kind: StoreKind) async throws {
    let directory = try directory(kind)
    let person = Person()
    let other = Person("bob.test")
    await #expect(throws: PLCError(.genesisHash, "")) {
      try await directory.submit(person.genesis, of: other.did)
    }
    try await directory.submit(person.genesis, of: person.did)
    await #expect(throws: PLCError(.misordered, "")) {
      try await directory.submit(person.genesis, of: person.did)
    }
    let log = try await directory.log(of: person.did)
    clock.advance(1)
    let forged = try log.operation(signedBy: other.rotation)
    await #expect(throws: PLCError(.signature, "")) {
      try await directory.submit(forged, of: person.did)
    }
    let large = PLCOperation(
      PLCData(
        rotationKeys: [person.rotation.publicKey.didKey],
        alsoKnownAs: [String(repeating: "a", count: 259)]
      ),
      after: person.genesis.cid,
      signedBy: person.rotation
    )
    await #expect(throws: PLCError(.excess, "")) {
      try await directory.submit(large, of: person.did)
    }
    let update = try log.operation(signedBy: person.rotation)
    clock.advance(-3600)
    await #expect(throws: PLCError(.misordered, "")) {
      try await directory.submit(update, of: person.did)
    }
    #expect(try await directory.log(of: person.did) == log)
    await #expect(throws: PLCDirectoryError.self) { try await directory.log(of: other.did) }
  }

  @Test(arguments: StoreKind.allCases) func recoveryAfter72HoursIsRefused(_ kind: StoreKind)
    async throws
  {
    let directory = try directory(kind)
    let person = Person()
    try await directory.submit(person.genesis, of: person.did)
    let log = try await directory.log(of: person.did)
    clock.advance(1)
    try await directory.submit(try log.operation(signedBy: person.rotation), of: person.did)
    clock.advance(72 * 3600 + 1)
    let rescue = try log.operation(after: person.genesis.cid, signedBy: person.recovery)
    await #expect(throws: PLCError(.lateRecovery, "")) {
      try await directory.submit(rescue, of: person.did)
    }
  }

  /// The limit is ten operations in an hour; recoveries are exempt.
  @Test(arguments: StoreKind.allCases) func eleventhOperationInAnHourIsRefusedUnlessItIsARecovery(
    _ kind: StoreKind
  ) async throws {
    let directory = try directory(kind)
    let person = Person()
    try await directory.submit(person.genesis, of: person.did)
    func update(_ index: Int) async throws {
      let handle = try Handle("a\(index).test")
      let operation = try await directory.log(of: person.did)
        .operation(signedBy: person.rotation) { $0.handle = handle }
      try await directory.submit(operation, of: person.did)
    }
    for index in 1..<10 {
      clock.advance(1)
      try await update(index)
    }
    clock.advance(1)
    await #expect(throws: PLCDirectoryError.self) { try await update(10) }
    let log = try await directory.log(of: person.did)
    #expect(log.entries.count == 10)
    let rescue = try log.operation(after: person.genesis.cid, signedBy: person.recovery)
    try await directory.submit(rescue, of: person.did)
    // Nullified operations no longer count.
    clock.advance(1)
    try await update(11)
  }

  @Test(arguments: StoreKind.allCases) func exportPagesBySequenceAndByTime(_ kind: StoreKind)
    async throws
  {
    let directory = try directory(kind)
    let people = (0..<3).map { Person(try! Handle("p\($0).test")) }
    for person in people {
      clock.advance(1)
      try await directory.submit(person.genesis, of: person.did)
    }
    let all = try await directory.export(after: .sequence(0), count: 10)
    #expect(all.map(\.did) == people.map(\.did))
    #expect(all.map(\.sequence) == [1, 2, 3])
    let page = try await directory.export(after: .sequence(1), count: 1)
    #expect(page.map(\.did) == [people[1].did])
    let first = try await directory.export(after: .time(nil), count: 2)
    #expect(first.map(\.did) == people.prefix(2).map(\.did))
    let rest = try await directory.export(after: .time(first[0].entry.createdAt), count: 10)
    #expect(rest.map(\.did) == people.suffix(2).map(\.did))
    #expect(try await directory.export(after: .sequence(3), count: 10) == [])
  }

  @Test func operationsSurviveReopeningTheDatabase() async throws {
    let person = Person()
    let first = try SQLitePLCStore(directory: folder.path)
    try await PLCOperationDirectory(store: first, now: { [clock] in clock.now })
      .submit(person.genesis, of: person.did)
    try first.close()
    let second = try SQLitePLCStore(directory: folder.path)
    let directory = PLCOperationDirectory(store: second, now: { [clock] in clock.now })
    let log = try await directory.log(of: person.did)
    #expect(log.head?.operation == person.genesis)
    clock.advance(1)
    try await directory.submit(try log.tombstone(signedBy: person.rotation), of: person.did)
    try second.close()
  }

  @Test func secondServerOnTheSameDirectoryIsRefused() throws {
    let first = try SQLitePLCStore(directory: folder.path)
    let error = #expect(throws: ServiceError.self) { try SQLitePLCStore(directory: folder.path) }
    #expect(error?.reason == "\(folder.path) is in use by another server")
    try first.close()
    try SQLitePLCStore(directory: folder.path).close()
  }

  /// Of many operations with the same predecessor, only one is accepted.
  @Test(arguments: StoreKind.allCases) func concurrentOperationsDoNotForkTheLog(_ kind: StoreKind)
    async throws
  {
    let directory = try directory(kind)
    let person = Person()
    try await directory.submit(person.genesis, of: person.did)
    clock.advance(1)
    let log = try await directory.log(of: person.did)
    let operations = try (0..<20).map { index in
      try log.operation(signedBy: person.rotation) { $0.alsoKnownAs = ["at://a\(index).test"] }
    }
    let accepted = await withTaskGroup(of: Bool.self) { group in
      for operation in operations {
        group.addTask {
          do {
            try await directory.submit(operation, of: person.did)
            return true
          } catch {
            return false
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(accepted == 1)
    #expect(try await directory.log(of: person.did).entries.count == 2)
  }
}
