import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import Foundation
import PLCDirectory
import SQLiteStorage
import ServiceKit
import TestSupport
import Testing

@Suite struct SQLitePLCStoreTests {
  private static func genesis() -> PLCOperation {
    let key = PrivateKey(generating: .k256)
    let data = PLCData(
      signingKey: key.publicKey,
      rotationKeys: [key.publicKey],
      handle: "alice.test",
      pds: "https://pds.test"
    )
    return PLCOperation(genesis: data, signedBy: key)
  }

  @Test("only one store at a time can use a directory")
  func directoryIsLocked() throws {
    let folder = try TemporaryFolder()
    let store = try SQLitePLCStore(directory: folder.path)
    #expect(throws: ServiceError.self) { try SQLitePLCStore(directory: folder.path) }
    try store.close()
    try SQLitePLCStore(directory: folder.path).close()
  }

  @Test("a backup contains the operations as of one moment, and requires no server")
  func backupHasOperations() async throws {
    let folder = try TemporaryFolder()
    let (source, target) = (folder.path + "/plc", folder.path + "/copy")
    #expect(try SQLitePLCStore.backUp(source, to: target) == nil)
    #expect(try folder.names().isEmpty)
    let operation = Self.genesis()
    let store = try SQLitePLCStore(directory: source)
    defer { try? store.close() }
    try await store.update(operation.did) { log in try log.append(operation, at: .now) }
    // While the store is open.
    #expect(try #require(try SQLitePLCStore.backUp(source, to: target)) > 0)
    let mode = try FileManager.default.attributesOfItem(atPath: target + "/plc.sqlite")
    #expect(try #require(mode[.posixPermissions] as? NSNumber).intValue & 0o077 == 0)
    let copy = try SQLitePLCStore(directory: target)
    defer { try? copy.close() }
    #expect(try await copy.log(of: operation.did).entries.map(\.operation) == [operation])
  }
}
