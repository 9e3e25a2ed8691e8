import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Testing
import XRPC

@Suite struct RecordTests {
  @Test func typedRecordIsStoredAndReturned() async throws {
    let account = try await TestServer().signUp()
    let link = AppBsky.Richtext.Facet.Link(uri: "https://atproto.com")
    let post = AppBsky.Feed.Post(
      text: "é atproto.com",
      facets: [
        AppBsky.Richtext.Facet(
          index: AppBsky.Richtext.Facet.ByteSlice(byteStart: 3, byteEnd: 14),
          features: [.link(link)]
        )
      ],
      langs: ["fr"],
      createdAt: "2026-01-02T03:04:05.678Z",
      unknownFields: ["com.example.extra": ["deep": [1, nil, true]]]
    )
    let written = try await account.create(post.dataValue)
    #expect(written.cid.string == CID(hashingDAGCBOR: post.cborBytes()).string)
    #expect(written.validationStatus == .valid)
    let key = try #require(try written.uri.parsed().recordKey)
    #expect((try? TID(key.string)) != nil)
    let read = try await account.record(key.string, in: AppBsky.Feed.Post.nsid)
    #expect(read.uri == written.uri && read.cid == written.cid)
    #expect(try AppBsky.Feed.Post(read.value) == post)
    let (commit, records) = try await account.verifiedExport()
    #expect(commit.cid.string == written.commit?.cid.string)
    #expect(records["app.bsky.feed.post/\(key)"]?.string == written.cid.string)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var refusal = "400 InvalidRequest"
    var change: @Sendable (inout ComAtproto.Repo.CreateRecord.Input) -> Void

    var testDescription: String { name }
  }

  static let refused: [Case] = [
    Case(name: "wrong $type") { $0.record["$type"] = "com.example.like" },
    Case(name: "a $type that is not a string") { $0.record["$type"] = 1 },
    Case(name: "an empty $type") { $0.record["$type"] = "" },
    Case(name: "not an object") { $0.record = ["x"] },
    Case(name: "record key .") { $0.rkey = "." },
    Case(name: "record key with a slash") { $0.rkey = "a/b" },
    Case(name: "existing record key") { $0.rkey = "taken" },
    Case(name: "not an NSID") { $0.collection = "post" },
    Case(name: "NSID with an uppercase domain authority") {
      $0.collection = "App.bsky.feed.post"
      $0.record["$type"] = "App.bsky.feed.post"
    },
    Case(name: "validation required") { $0.validate = true },
    Case(name: "too large") {
      $0.record["text"] = .string(String(repeating: "x", count: 1_000_000))
    },
    Case(name: "too deep") {
      $0.record["x"] = (0..<40).reduce(DataValue.null) { value, _ in [value] }
    },
    Case(name: "blob", refusal: "400 BlobNotFound") {
      $0.record["image"] = [
        "$type": "blob", "mimeType": "image/png", "size": 1,
        "ref": .link(CID(hashingRaw: [1])),
      ]
    },
    Case(name: "stale commit", refusal: "400 InvalidSwap") {
      $0.swapCommit = FormatString(CID(hashingDAGCBOR: []).string)
    },
    Case(name: "other repository", refusal: "401 AuthenticationRequired") {
      $0.repo = "bob.test"
    },
  ]

  @Test(arguments: refused) func invalidWriteIsRejected(_ test: Case) async throws {
    let account = try await TestServer().signUp()
    _ = try await account.server.signUp("bob")
    let taken = try await account.create(.post("there"), rkey: "taken")
    var input = ComAtproto.Repo.CreateRecord.Input(
      repo: account.repo,
      collection: FormatString(TestAccount.collection),
      record: .post("x")
    )
    test.change(&input)
    let refused = await refusal { [input] in try await account.repository.createRecord(input) }
    #expect(refused == test.refusal)
    // Nothing changed.
    let latest = try await account.server.client.comAtproto.sync.getLatestCommit(
      ComAtproto.Sync.GetLatestCommit.Parameters(did: account.did)
    )
    #expect(latest.cid == taken.commit?.cid)
  }

  /// Like the reference implementation (`prepareWrite`).
  @Test func missingTypeIsAdded() async throws {
    let account = try await TestServer().signUp()
    let written = try await account.repository.createRecord(
      ComAtproto.Repo.CreateRecord.Input(
        repo: account.repo,
        collection: "com.example.note",
        rkey: "x",
        record: ["text": "x"]
      )
    )
    let read = try await account.record("x")
    #expect(read.value == ["$type": "com.example.note", "text": "x"])
    #expect(read.cid == written.cid)
    // Other missing fields are reported.
    let refused = await refusal {
      try await account.repository.createRecord(
        ComAtproto.Repo.CreateRecord.Input(
          repo: account.repo,
          collection: "app.bsky.feed.post",
          record: ["text": "x"]
        )
      )
    }
    #expect(refused == "400 InvalidRequest")
  }

  @Test func anonymousWriteIsRejected() async throws {
    let account = try await TestServer().signUp()
    let refused = await refusal {
      try await account.server.client.comAtproto.repo.createRecord(
        ComAtproto.Repo.CreateRecord.Input(
          repo: account.repo,
          collection: FormatString(TestAccount.collection),
          record: .post("x")
        )
      )
    }
    #expect(refused == "401 AuthMissing")
  }

  @Test func putCreatesAndReplacesARecord() async throws {
    let account = try await TestServer().signUp()
    let first = try await account.put(.post("one"), rkey: "self")
    let second = try await account.put(
      .post("two"),
      rkey: "self",
      swapRecord: .value(first.cid)
    )
    #expect(try await account.record("self").value == .post("two"))

    // Nothing changes, so there is no commit.
    let same = try await account.put(.post("two"), rkey: "self")
    #expect(same.commit == nil && same.cid == second.cid)

    let stale = await refusal {
      try await account.put(.post("three"), rkey: "self", swapRecord: .value(first.cid))
    }
    #expect(stale == "400 InvalidSwap")
    let present = await refusal {
      try await account.put(.post("three"), rkey: "self", swapRecord: .null)
    }
    #expect(present == "400 InvalidSwap")
    _ = try await account.put(.post("new"), rkey: "other", swapRecord: .null)
    let records = try await account.verifiedExport().records
    #expect(records.count == 2)
    #expect(records["com.example.note/self"]?.string == second.cid.string)
  }

  @Test func deletedRecordIsGone() async throws {
    let account = try await TestServer().signUp()
    // Two paths share one record: deleting one keeps the block for the other.
    let one = try await account.create(.post("same"), rkey: "one")
    let two = try await account.create(.post("same"), rkey: "two")
    let stale = await refusal {
      try await account.delete(
        rkey: "one",
        swapRecord: FormatString(CID(hashingDAGCBOR: []).string)
      )
    }
    #expect(stale == "400 InvalidSwap")
    _ = try await account.delete(rkey: "one", swapRecord: one.cid)
    #expect(await refusal { try await account.record("one") } == "400 RecordNotFound")
    #expect(try await account.record("two").cid == two.cid)
    #expect(try await account.delete(rkey: "one").commit == nil)
    _ = try await account.delete(rkey: "two")
    #expect(try await account.verifiedExport().records.isEmpty)
  }

  @Test func recordsAreListedInPages() async throws {
    let account = try await TestServer().signUp()
    for index in 1...5 { _ = try await account.create(.post("\(index)"), rkey: "k\(index)") }
    for (reverse, expected) in [(nil, "5 4 3 2 1"), (true, "1 2 3 4 5")] as [(Bool?, String)] {
      var texts: [String] = []
      var cursor: String?
      repeat {
        let page = try await account.server.client.comAtproto.repo.listRecords(
          ComAtproto.Repo.ListRecords.Parameters(
            repo: "alice.test",
            collection: FormatString(TestAccount.collection),
            limit: 2,
            cursor: cursor,
            reverse: reverse
          )
        )
        #expect(page.records.count <= 2)
        texts += page.records.compactMap { $0.value["text"]?.string }
        cursor = page.cursor
      } while cursor != nil
      #expect(texts.joined(separator: " ") == expected)
    }
  }

  @Test func describeRepoReturnsCollectionsAndHandle() async throws {
    let account = try await TestServer().signUp()
    _ = try await account.create(.post("x"))
    let output = try await account.server.client.comAtproto.repo.describeRepo(
      ComAtproto.Repo.DescribeRepo.Parameters(repo: "alice.test")
    )
    #expect(output.did == account.did && output.handle == "alice.test")
    #expect(output.collections == ["com.example.note"])
    #expect(output.didDoc == account.output.didDoc)
    let refused = await refusal {
      try await account.server.client.comAtproto.repo.describeRepo(
        ComAtproto.Repo.DescribeRepo.Parameters(repo: "nobody.test")
      )
    }
    #expect(refused == "400 InvalidRequest")
  }
}
