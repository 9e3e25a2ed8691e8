import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Testing
import XRPC

@Suite struct SyncTests {
  private func blocks(_ car: RawBody) throws -> (roots: [CID], store: MemoryBlockStore) {
    #expect(car.contentType == "application/vnd.ipld.car")
    var roots: [CID] = []
    let store = try MemoryBlockStore(car: #require(car.bytes), roots: &roots)
    return (roots, store)
  }

  @Test func exportSinceARevisionContainsWhatIsNewer() async throws {
    let account = try await TestServer().signUp()
    let sync = account.server.client.comAtproto.sync
    _ = try await account.create(.post("old"), rkey: "old")
    let old = try await account.verifiedExport()
    var store = try blocks(
      try await sync.getRepo(ComAtproto.Sync.GetRepo.Parameters(did: account.did))
    ).store
    let new = try await account.create(.post("new"), rkey: "new")
    let car = try await sync.getRepo(
      ComAtproto.Sync.GetRepo.Parameters(
        did: account.did,
        since: FormatString(old.commit.rev)
      )
    )
    let (roots, news) = try blocks(car)
    #expect(roots.map(\.string) == [new.commit?.cid.string])
    #expect(news.block(try CID(new.cid.string)) != nil)
    #expect(news.block(old.commit.cid) == nil)
    // Combined with the older export, they make up the newer one.
    var reader = CARReader()
    reader.append(try #require(car.bytes))
    while let section = try reader.next() {
      if case .block(let cid, let bytes) = section { store.insert(cid, bytes) }
    }
    let entries = try Repository(head: roots[0], store: store).tree.entries()
    #expect(entries.count == 2)
  }

  @Test func replacedBlocksAreRemoved() async throws {
    let account = try await TestServer().signUp()
    for index in 0..<20 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
    for index in 0..<20 { _ = try await account.delete(rkey: "k\(index)") }
    let everything = try await account.server.client.comAtproto.sync.getRepo(
      ComAtproto.Sync.GetRepo.Parameters(did: account.did, since: "2222222222222")
    )
    // The commit and the node of an empty tree.
    #expect(try blocks(everything).store.count == 2)
  }

  @Test func proofCoversPresentAndAbsentRecords() async throws {
    let account = try await TestServer().signUp()
    for index in 0..<30 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
    for (rkey, isThere) in [("k7", true), ("missing", false)] {
      let car = try await account.server.client.comAtproto.sync.getRecord(
        ComAtproto.Sync.GetRecord.Parameters(
          did: account.did,
          collection: FormatString(TestAccount.collection),
          rkey: FormatString(rkey)
        )
      )
      let (roots, store) = try blocks(car)
      let repository = try Repository(head: roots[0], store: store)
      try repository.commit.verify(account.signingKey())
      let cid = try repository.record(RepoPath("com.example.note/\(rkey)"))
      #expect((cid != nil) == isThere)
      if let cid { #expect(store.block(cid) == DataValue.post("7").cborBytes()) }
      #expect(store.count < 20)
    }
  }

  @Test func requestedBlocksAreReturned() async throws {
    let account = try await TestServer().signUp()
    let written = try await account.create(.post("x"))
    let sync = account.server.client.comAtproto.sync
    let commit = try #require(written.commit)
    let (roots, store) = try blocks(
      try await sync.getBlocks(
        ComAtproto.Sync.GetBlocks.Parameters(
          did: account.did,
          cids: [written.cid, commit.cid, written.cid]
        )
      )
    )
    #expect(roots.isEmpty && store.count == 2)
    let missing = FormatString<CIDString>(CID(hashing: "missing").string)
    let refused = await refusal {
      try await sync.getBlocks(
        ComAtproto.Sync.GetBlocks.Parameters(did: account.did, cids: [missing])
      )
    }
    #expect(refused == "400 BlockNotFound")
  }

  /// Records of the maximum size; pages and files of them must not be built in memory.
  @Test func largeRecordIsExported() async throws {
    let account = try await TestServer().signUp()
    let text = String(repeating: "x", count: 900_000)
    var cids: [FormatString<CIDString>] = []
    for index in 0..<6 {
      cids.append(try await account.create(.post("\(index)" + text), rkey: "k\(index)").cid)
    }
    let car = try await account.server.client.comAtproto.sync.getBlocks(
      ComAtproto.Sync.GetBlocks.Parameters(did: account.did, cids: cids)
    )
    let bytes = try await car.collect(upTo: 10 << 20)
    let (_, store) = try blocks(RawBody(bytes: bytes, contentType: car.contentType))
    #expect(store.count == 6)
    var keys: [[String]] = []
    var cursor: String?
    repeat {
      let page = try await account.server.client.comAtproto.repo.listRecords(
        ComAtproto.Repo.ListRecords.Parameters(
          repo: account.repo,
          collection: FormatString(TestAccount.collection),
          cursor: cursor,
          reverse: true
        )
      )
      keys.append(page.records.map { String($0.uri.string.suffix(2)) })
      cursor = page.cursor
    } while cursor != nil
    #expect(keys == [["k0", "k1", "k2", "k3", "k4"], ["k5"]])
  }

  @Test func repositoriesAreListed() async throws {
    let server = try TestServer()
    var dids: [FormatString<DID>] = []
    for name in ["alice", "bob", "carla"] { dids.append(try await server.signUp(name).did) }
    var seen: [FormatString<DID>] = []
    var cursor: String?
    repeat {
      let page = try await server.client.comAtproto.sync.listRepos(
        ComAtproto.Sync.ListRepos.Parameters(limit: 2, cursor: cursor)
      )
      for repo in page.repos {
        seen.append(repo.did)
        let status = try await server.client.comAtproto.sync.getRepoStatus(
          ComAtproto.Sync.GetRepoStatus.Parameters(did: repo.did)
        )
        #expect(status.active && status.rev == repo.rev)
        let latest = try await server.client.comAtproto.sync.getLatestCommit(
          ComAtproto.Sync.GetLatestCommit.Parameters(did: repo.did)
        )
        #expect(latest.cid == repo.head && latest.rev == repo.rev)
      }
      cursor = page.cursor
    } while cursor != nil
    #expect(seen == dids.sorted { $0.string < $1.string })
  }

  /// Deprecated, but still implemented.
  @Test func deprecatedMethodsWork() async throws {
    let account = try await TestServer().signUp()
    let written = try await account.create(.post("x"), rkey: "x")
    func head(_ did: String) async throws -> HTTPTransportResponse {
      try await account.server.call("com.atproto.sync.getHead?did=\(did)")
    }
    func checkout(_ did: String) async throws -> HTTPTransportResponse {
      try await account.server.call("com.atproto.sync.getCheckout?did=\(did)")
    }
    let did = account.did.string
    let root = try DataValue(json: try await head(did).body)["root"]?.string
    #expect(root == written.commit?.cid.string)
    let car = try await checkout(did).body
    let (roots, store) = try blocks(RawBody(bytes: car, contentType: "application/vnd.ipld.car"))
    #expect(roots.map(\.string) == [root])
    let entries = try Repository(head: roots[0], store: store).tree.entries()
    #expect(entries.map(\.key.description) == ["com.example.note/x"])
    let nobody = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
    #expect(try await head(nobody).refusal == "400 HeadNotFound")
    #expect(try await checkout(nobody).refusal == "400 RepoNotFound")
    try await account.client.comAtproto.server.deactivateAccount(.init())
    #expect(try await head(did).refusal == "400 RepoDeactivated")
    #expect(try await checkout(did).refusal == "400 RepoDeactivated")
  }

  @Test func unknownRepositoryIsNotFound() async throws {
    let server = try TestServer()
    let sync = server.client.comAtproto.sync
    let cid = FormatString<CIDString>(CID(hashing: "x").string)
    let did: FormatString<DID> = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
    var refused: [String] = []
    refused.append(
      await refusal { try await sync.getRepo(ComAtproto.Sync.GetRepo.Parameters(did: did)) }
    )
    refused.append(
      await refusal {
        try await sync.getRepoStatus(ComAtproto.Sync.GetRepoStatus.Parameters(did: did))
      }
    )
    refused.append(
      await refusal {
        try await sync.getLatestCommit(ComAtproto.Sync.GetLatestCommit.Parameters(did: did))
      }
    )
    refused.append(
      await refusal {
        try await sync.getRecord(
          ComAtproto.Sync.GetRecord.Parameters(
            did: did,
            collection: "com.example.note",
            rkey: "x"
          )
        )
      }
    )
    refused.append(
      await refusal {
        try await sync.getBlocks(ComAtproto.Sync.GetBlocks.Parameters(did: did, cids: [cid]))
      }
    )
    #expect(Set(refused) == ["400 RepoNotFound"], "\(refused)")
  }

  @Test func localHandleIsResolved() async throws {
    let account = try await TestServer().signUp()
    let identity = account.server.client.comAtproto.identity
    let output = try await identity.resolveHandle(
      ComAtproto.Identity.ResolveHandle.Parameters(handle: "Alice.TEST")
    )
    #expect(output.did == account.did)
    let refused = await refusal {
      try await identity.resolveHandle(
        ComAtproto.Identity.ResolveHandle.Parameters(handle: "bob.test")
      )
    }
    #expect(refused == "400 HandleNotFound")
  }
}

extension CID {
  init(hashing text: String) {
    self.init(hashingDAGCBOR: [UInt8](text.utf8))
  }
}
