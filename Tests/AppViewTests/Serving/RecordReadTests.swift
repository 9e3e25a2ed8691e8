import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import Testing

@testable import AppView

/// `com.atproto.repo` and `com.atproto.identity`.
@Suite struct RecordReadTests {
  @Test func recordIsServedVerbatimAndEncodesToItsCID() async throws {
    try await ServedIndex.run { index in
      let note = ServedIndex.note("Hello", second: 0, ["unknown": ["deep": [1, .null, true]]])
      try await index.put(note, key: "one")
      let answer = try await index.get(
        "com.atproto.repo.getRecord?repo=ALICE.Example.COM&collection=com.example.note&rkey=one"
      )
      #expect(answer.status == 200)
      #expect(answer.json["uri"]?.string?.hasSuffix("/com.example.note/one") == true)
      let value = try #require(answer.json["value"])
      let cid = CID(hashingDAGCBOR: value.cborBytes()).string
      #expect(answer.json["cid"]?.string == cid)
      #expect(answer.fields[.accessControlAllowOrigin] == "*")
      let exposed = answer.fields[.accessControlExposeHeaders] ?? ""
      #expect(exposed.contains("atproto-repo-rev"))
      #expect(exposed.contains("atproto-content-labelers"))
      let same = try await index.get(
        "com.atproto.repo.getRecord?repo=\(ServedIndex.alice.did)&collection=com.example.note"
          + "&rkey=one&cid=\(cid)"
      )
      #expect(same.status == 200)
    }
  }

  /// Accounts can write links of other data models: they must not spoil the lists that they are in.
  @Test func recordWithAForeignCIDIsServedLikeOthers() async throws {
    try await ServedIndex.run { index in
      let cid = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
      let link = try DataValue(json: #"{"$link": "\#(cid)"}"#, rules: .allowsForeignCIDs)
      try await index.put(ServedIndex.note("Foreign", second: 1, ["file": link]), key: "foreign")
      try await index.put(ServedIndex.note("Own"), key: "own")
      for target in [
        "com.atproto.repo.listRecords?repo=alice.example.com&collection=com.example.note",
        "dev.lexgen.index.queryRecords?collection=com.example.note",
      ] {
        let answer = try await index.get(target)
        #expect(answer.status == 200)
        let body = try DataValue(json: Array(answer.text.utf8), rules: .allowsForeignCIDs)
        #expect(body["records"]?.array?.count == 2)
        #expect(answer.text.contains(cid))
      }
    }
  }

  @Test(arguments: [
    (
      "com.atproto.repo.getRecord?repo=alice.example.com&collection=com.example.note&rkey=none",
      400, "RecordNotFound"
    ),
    (
      "com.atproto.repo.getRecord?repo=alice.example.com&collection=com.example.note&rkey=one"
        + "&cid=bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
      400, "RecordNotFound"
    ),
    (
      "com.atproto.repo.getRecord?repo=nobody.example.com&collection=com.example.note&rkey=one",
      400, "RecordNotFound"
    ),
    (
      "com.atproto.repo.getRecord?repo=alice.example.com&collection=com.example.other&rkey=one",
      400, "RecordNotFound"
    ),
    ("com.atproto.repo.getRecord?repo=alice.example.com&rkey=one", 400, "InvalidRequest"),
    (
      "com.atproto.repo.listRecords?repo=nobody.example.com&collection=com.example.note",
      400, "RepoNotFound"
    ),
    (
      "com.atproto.repo.listRecords?repo=alice.example.com&collection=com.example.note&limit=101",
      400, "InvalidRequest"
    ),
    (
      "com.atproto.repo.listRecords?repo=alice.example.com&collection=com.example.note"
        + "&limit=1&limit=2",
      400, "InvalidRequest"
    ),
    (
      "com.atproto.repo.listRecords?repo=alice.example.com&collection=com.example.note&cursor=x",
      400, "InvalidCursor"
    ),
    ("com.atproto.repo.describeRepo?repo=nobody.example.com", 400, "RepoNotFound"),
    ("com.atproto.identity.resolveHandle?handle=nobody.example.com", 400, "HandleNotFound"),
    ("com.atproto.identity.resolveDid?did=did:plc:cccccccccccccccccccccccc", 400, "DidNotFound"),
    ("app.bsky.actor.getPreferences", 501, "MethodNotImplemented"),
    ("com.atproto.repo.createRecord", 501, "MethodNotImplemented"),
  ])
  func requestIsRefused(_ target: String, _ status: Int, _ error: String) async throws {
    try await ServedIndex.run { index in
      try await index.put(ServedIndex.note("Hello"), key: "one")
      let answer = try await index.get(target)
      #expect(answer.status == status)
      #expect(answer.error == error, "\(answer.text)")
    }
  }

  @Test func listHasPagesInBothDirections() async throws {
    try await ServedIndex.run { index in
      for key in ["a", "b", "c"] {
        try await index.put(ServedIndex.note("Note \(key)"), key: key)
      }
      let list =
        "com.atproto.repo.listRecords?repo=alice.example.com&collection=com.example.note&limit=2"
      let first = try await index.get(list)
      #expect(Self.keys(first) == ["c", "b"])
      let cursor = try #require(first.json["cursor"]?.string)
      let second = try await index.get("\(list)&cursor=\(cursor)")
      #expect(Self.keys(second) == ["a"])
      #expect(second.json["cursor"] == nil)
      let reversed = try await index.get("\(list)&reverse=true")
      #expect(Self.keys(reversed) == ["a", "b"])
      // A cursor of one direction is not one of the other.
      #expect(try await index.get("\(list)&reverse=true&cursor=\(cursor)").status == 400)
    }
  }

  private static func keys(_ answer: ServedIndex.Answer) -> [String] {
    (answer.json["records"]?.array ?? []).compactMap {
      $0["uri"]?.string?.split(separator: "/").last.map(String.init)
    }
  }

  @Test func deactivatedAccountIsHiddenUntilItIsReactivated() async throws {
    try await ServedIndex.run { index in
      try await index.put(ServedIndex.note("Hello"), key: "one")
      let record =
        "com.atproto.repo.getRecord?repo=alice.example.com&collection=com.example.note&rkey=one"
      let list = "com.atproto.repo.listRecords?repo=alice.example.com&collection=com.example.note"
      #expect(try await index.get(record).status == 200)
      try await index.set(ServedIndex.alice, .init(isActive: false, status: "deactivated"))
      #expect(try await index.get(record).error == "RecordNotFound")
      #expect(try await index.get(list).error == "RepoNotFound")
      try await index.set(ServedIndex.alice, .active)
      #expect(try await index.get(record).status == 200)
    }
  }

  @Test func repositoryIsDescribed() async throws {
    try await ServedIndex.run { index in
      try await index.put(ServedIndex.note("Hello"), key: "one")
      let answer = try await index.get("com.atproto.repo.describeRepo?repo=Alice.example.com")
      #expect(answer.json["handle"] == "alice.example.com")
      #expect(answer.json["handleIsCorrect"] == true)
      #expect(answer.json["collections"] == ["com.example.note"])
      #expect(answer.json["didDoc"]?["id"]?.string == ServedIndex.alice.did.string)
      let identity = try await index.get(
        "com.atproto.identity.resolveIdentity?identifier=alice.example.com"
      )
      #expect(identity.json["did"]?.string == ServedIndex.alice.did.string)
      #expect(identity.json["handle"] == "alice.example.com")
    }
  }

  @Test func wrongVerbIsRefused() async throws {
    try await ServedIndex.run { index in
      let answer = try await index.send(.post, "/xrpc/com.atproto.repo.getRecord")
      #expect(answer.status == 405)
    }
  }
}
