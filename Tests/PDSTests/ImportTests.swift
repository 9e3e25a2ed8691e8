import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Foundation
import TestSupport
import Testing
import XRPC
import XRPCServer

@testable import PDS

@Suite struct ImportTests {
  private func export(_ account: TestAccount) async throws -> [UInt8] {
    try await account.server.client.comAtproto.sync.getRepo(
      ComAtproto.Sync.GetRepo.Parameters(did: account.did)
    ).collect()
  }

  private func bring(_ car: [UInt8], to account: TestAccount) async throws {
    try await account.repository.importRepo(
      RawBody(bytes: car, contentType: "application/vnd.ipld.car")
    )
  }

  @Test func importReplacesTheRepository() async throws {
    let account = try await TestServer().signUp()
    for index in 0..<60 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
    let car = try await export(account)
    let before = try await account.verifiedExport()
    for index in 0..<60 { _ = try await account.delete(rkey: "k\(index)") }
    _ = try await account.create(.post("later"), rkey: "later")
    try await bring(car, to: account)
    let after = try await account.verifiedExport()
    #expect(after.records == before.records && after.commit.data == before.commit.data)
    #expect(after.commit.rev > before.commit.rev)
    #expect(try await account.record("k7").value == .post("7"))
    #expect(await refusal { try await account.record("later") } == "400 RecordNotFound")
    // Subscribers get a #sync event, and the next commit follows the import.
    _ = try await account.create(.post("next"), rkey: "next")
    var reader = FirehoseReader()
    try await reader.read(
      account.server.store,
      keys: [account.did.string: account.signingKey()]
    )
    #expect(reader.types.suffix(2).map(\.type) == ["#sync", "#commit"])
  }

  @Test func importingTheSameRepositoryChangesNothing() async throws {
    let account = try await TestServer().signUp()
    for index in 0..<3 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
    let before = try await account.verifiedExport().commit
    try await bring(try await export(account), to: account)
    #expect(try await account.verifiedExport().commit == before)
  }

  @Test func importedRecordsListTheirMissingBlobs() async throws {
    let old = try await TestServer().signUp()
    let blob = try await old.repository.uploadBlob(
      RawBody(bytes: BlobTests.png, contentType: "image/png")
    ).blob
    _ = try await old.put(AppBsky.Actor.Profile(avatar: blob).dataValue, rkey: "self")
    let car = try await export(old)
    // As on a server that has the repository but not the blob.
    try await old.server.store.write { transaction in
      try transaction.blobs.remove(blob.ref, of: old.did.parsed())
    }
    try await bring(car, to: old)
    let missing = try await old.repository.listMissingBlobs().blobs
    #expect(missing.map(\.cid.string) == [blob.ref.string])
    #expect(missing.first?.recordUri.string.hasSuffix("app.bsky.actor.profile/self") == true)
    let did = try old.did.parsed()
    let counts = try await old.server.domain.accounts.counts(of: did)
    #expect(counts.records == 1 && counts.blobs.referred == 1 && counts.blobs.present == 0)
    _ = try await old.repository.uploadBlob(
      RawBody(bytes: BlobTests.png, contentType: "image/png")
    )
    #expect(try await old.repository.listMissingBlobs().blobs.isEmpty)
  }

  @Test func invalidRepositoryIsRejected() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    for index in 0..<9 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
    let car = try await export(account)
    let bob = try await server.signUp("bob")
    let before = try await account.verifiedExport()
    var damaged = car
    damaged[car.count - 3] ^= 1
    let files = [[], [UInt8](repeating: 7, count: 100), Array(car.dropLast(40)), damaged]
    for file in files {
      #expect(await refusal { try await bring(file, to: account) } == "400 InvalidRequest")
    }
    #expect(await refusal { try await bring(car, to: bob) } == "400 InvalidRequest")
    let after = try await account.verifiedExport()
    #expect(after.commit.cid == before.commit.cid)
  }

  /// A repository of another server, as a CAR file.
  private func foreign(
    _ records: [(key: String, block: [UInt8])],
    rev: TID,
    of account: TestAccount
  ) throws -> [UInt8] {
    var store = MemoryBlockStore()
    let (repository, result) = try Repository.create(
      account.did.parsed(),
      writes: records.map { record in
        .create(RepoPath("com.example.note", try RecordKey(record.key)), record: record.block)
      },
      rev: rev,
      key: PrivateKey(),
      limits: .unlimited,
      store: store
    )
    store.apply(result.changes)
    var export = try Repository(head: repository.commit.cid, store: store).exportCAR()
    return try export.rest()
  }

  @Test("a repository whose rev is in the far future continues with the current time")
  func futureRevIsImported() async throws {
    let account = try await TestServer().signUp()
    let records = [(key: "a", block: DataValue.post("a").cborBytes())]
    try await bring(try foreign(records, rev: TID("jzzzzzzzzzzzz"), of: account), to: account)
    #expect(try await account.record("a").value == .post("a"))
    let rev = try await account.verifiedExport().commit.rev
    let tomorrow = UInt64(currentSeconds() + 86_400) * 1_000_000
    #expect(rev.microseconds < tomorrow)
    _ = try await account.create(.post("b"), rkey: "b")
    #expect(try await account.verifiedExport().commit.rev.microseconds < tomorrow)
  }

  @Test("a record that is not an object is not imported")
  func recordsAreObjects() async throws {
    let account = try await TestServer().signUp()
    let records = [(key: "a", block: [UInt8](arrayLiteral: 0x81, 0x01))]
    let car = try foreign(records, rev: TIDGenerator().next(), of: account)
    #expect(await refusal { try await bring(car, to: account) } == "400 InvalidRequest")
  }

  @Test("references are stored once for a record at many paths, and until it is at none")
  func referencesAreNotMultipliedByPaths() async throws {
    let account = try await TestServer().signUp()
    let did = try account.did.parsed()
    let links = (0..<50).map { index in
      DataValue.object([
        "$type": "blob", "ref": .link(CID(hashingRaw: [UInt8(index)])), "mimeType": "a/b",
        "size": 1,
      ])
    }
    let block = DataValue.object(["$type": "com.example.note", "blobs": .array(links)])
      .cborBytes()
    let records = (0..<40).map { (key: "k\($0)", block: block) }
    let car = try foreign(records, rev: TIDGenerator().next(), of: account)
    try await bring(car, to: account)
    func count() async throws -> Int {
      try await account.server.store.read { try $0.blobs.referenceCount(of: did) }
    }
    #expect(try await count() == 50)
    #expect(try await account.server.domain.accounts.counts(of: did).blobs.referred == 50)
    let missing = try await account.repository.listMissingBlobs().blobs
    #expect(missing.count == 50)
    #expect(missing.allSatisfy { $0.recordUri.string.hasSuffix("com.example.note/k0") })
    for index in 0..<39 { _ = try await account.delete(rkey: "k\(index)") }
    #expect(try await count() == 50)
    _ = try await account.delete(rkey: "k39")
    #expect(try await count() == 0)
  }

  @Test(
    "what comes out of a file is bounded before anything is written",
    arguments: [
      ImportLimits(records: 19), ImportLimits(keyBytes: 20 * 18 - 1),
      ImportLimits(keyExpansion: 0, freeKeyBytes: 100), ImportLimits(references: 19),
      ImportLimits(blocks: 20),
    ]
  )
  func expansionIsBounded(_ limits: ImportLimits) async throws {
    let account = try await TestServer().signUp()
    let did = try account.did.parsed()
    let records = (0..<20).map { index in
      let blob: DataValue = [
        "$type": "blob", "ref": .link(CID(hashingRaw: [UInt8(index)])), "mimeType": "a/b",
        "size": 1,
      ]
      let record: DataValue = ["$type": "com.example.note", "blob": blob]
      return (key: "\(index)", block: record.cborBytes())
    }
    let car = try foreign(records, rev: TIDGenerator().next(), of: account)
    let folder = try TemporaryFolder()
    try Data(car).write(to: URL(fileURLWithPath: folder.path + "/car"))
    let file = try File(reading: folder.path + "/car")
    let repository = try ImportedRepository(file, of: did)
    #expect(repository.records.count == 20 && repository.blobs.count == 20)
    #expect(throws: XRPCServerError.self) {
      try ImportedRepository(file, of: did, limits: limits)
    }
  }

  @Test(arguments: [
    (AccountStatus.Flag.takendown, "RepoTakendown"), (.suspended, "RepoSuspended"),
    (.deactivated, "RepoDeactivated"),
  ])
  func inactiveAccountIsNotServed(_ flag: AccountStatus.Flag, _ name: String) async throws {
    let account = try await TestServer().signUp()
    let did = try account.did.parsed()
    _ = try await account.create(.post("x"), rkey: "k")
    try await account.server.store.write { transaction in
      try transaction.accounts.set(flag, true, of: did)
    }
    #expect(await refusal { try await account.record("k") } == "400 \(name)")
    #expect(await refusal { try await export(account) } == "400 \(name)")
    let sync = account.server.client.comAtproto.sync
    let status = try await sync.getRepoStatus(
      ComAtproto.Sync.GetRepoStatus.Parameters(did: account.did)
    )
    #expect(!status.active && status.status?.rawValue == flag.rawValue && status.rev == nil)
    let listed = try await sync.listRepos().repos
    #expect(listed.map(\.active) == [false])
    let found = try await sync.listReposByCollection(
      ComAtproto.Sync.ListReposByCollection.Parameters(
        collection: FormatString(TestAccount.collection)
      )
    )
    #expect(found.repos.isEmpty)
  }

  @Test func repositoriesAreListedByCollection() async throws {
    let server = try TestServer()
    let alice = try await server.signUp()
    _ = try await server.signUp("bob")
    _ = try await alice.create(.post("x"))
    let found = try await server.client.comAtproto.sync.listReposByCollection(
      ComAtproto.Sync.ListReposByCollection.Parameters(
        collection: FormatString(TestAccount.collection)
      )
    )
    #expect(found.repos.map(\.did) == [alice.did])
  }
}
