import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import ServiceKit
import Testing
import XRPC
import XRPCServer

@testable import PDS

@Suite struct AccountDataRemovalTests {
  @Test func onlyTheDataOfTheAccountIsRemoved() async throws {
    let server = try TestServer()
    var accounts: [TestAccount] = []
    var blobs: [CID] = []
    for name in ["alice", "bob"] {
      let account = try await server.signUp(name)
      for bytes in [BlobTests.png, BlobTests.png + name.utf8] {
        let blob = try await account.repository.uploadBlob(
          RawBody(bytes: bytes, contentType: "image/png")
        ).blob
        _ = try await account.put(AppBsky.Actor.Profile(avatar: blob).dataValue, rkey: "self")
        blobs.append(blob.ref)
      }
      accounts.append(account)
    }
    let did = try accounts[0].did.parsed()
    let other = try accounts[1].did.parsed()
    let before = try await accounts[1].verifiedExport()

    let cids = try await server.store.write { transaction in try transaction.removeData(of: did) }
    #expect(Set(cids) == Set(blobs[..<2]))
    try await server.domain.blobs.lifecycle.delete(cids)
    // Both accounts have the blob, which is one file.
    #expect(server.blobstore.contains(blobs[0]) && !server.blobstore.contains(blobs[1]))
    #expect(server.blobstore.contains(blobs[3]))
    let rest = try await server.store.read { transaction in
      [
        try transaction.repositories.head(of: did) == nil ? 0 : 1,
        try transaction.repositories.blocks(of: did).count(),
        try transaction.repositories.records(of: did).count(),
        try transaction.blobs.held(of: did).count,
        try transaction.blobs.referenceCount(of: did),
        try transaction.blobs.referenceCount(of: other),
      ]
    }
    #expect(rest == [0, 0, 0, 0, 0, 1])
    let log = StoredEventLog(server.store)
    let frames = try await log.frames(after: 0, maximumCount: 100, maximumBytes: 1 << 20)
    #expect(frames.map(\.sequence) == Array(7...12))
    let after = try await accounts[1].verifiedExport()
    #expect(after.commit == before.commit && after.records == before.records)
    let refused = await refusal {
      try await server.client.comAtproto.sync.getRepo(
        ComAtproto.Sync.GetRepo.Parameters(did: accounts[0].did)
      )
    }
    #expect(refused == "400 RepoNotFound")
  }
}
