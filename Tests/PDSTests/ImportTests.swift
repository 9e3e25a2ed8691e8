import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Testing
import XRPC

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
