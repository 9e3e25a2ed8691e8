import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import MockServer
import TestSupport
import Testing

/// docs/mock.md, "Repositories".
@Suite struct RepositoryTests {
  private static let repo = "writer.test"
  private static let note: DataValue = ["text": "Hello", "createdAt": "2025-01-02T03:04:05Z"]

  private static func create(_ server: MockFixture, _ text: String = "Hello") async throws
    -> MockFixture.Answer
  {
    var record = note
    record["text"] = .string(text)
    return try await server.post(
      "com.atproto.repo.createRecord",
      ["repo": .string(repo), "collection": "com.example.note", "record": record]
    )
  }

  private static func list(_ server: MockFixture, _ query: String = "") async throws -> DataValue {
    try await server.get(
      "com.atproto.repo.listRecords?repo=\(repo)&collection=com.example.note\(query)"
    ).value
  }

  @Test("a collection that was not written to has samples, which can be read one by one")
  func samples() async throws {
    try await MockFixture.serve { server in
      let records = try #require(try await Self.list(server, "&limit=3")["records"]?.array)
      #expect(records.count == 3)
      for record in records {
        let uri = try #require(record["uri"]?.string)
        let key = try #require(uri.split(separator: "/").last)
        #expect((try? TID(String(key))) != nil)
        let one = try await server.get(
          "com.atproto.repo.getRecord?repo=\(Self.repo)&collection=com.example.note&rkey=\(key)"
        )
        #expect(one.value == record)
      }
      let settings = try await server.get(
        "com.atproto.repo.listRecords?repo=\(Self.repo)&collection=com.example.settings"
      ).value["records"]?.array
      #expect(settings?.count == 1)
      #expect(settings?.first?["uri"]?.string?.hasSuffix("/self") == true)
    }
  }

  @Test("written records are read again, listed newest first, and gone when they are deleted")
  func writes() async throws {
    try await MockFixture.serve { server in
      var uris: [String] = []
      for text in ["one", "two", "three"] {
        let answer = try await Self.create(server, text)
        #expect(answer.status == 200 && answer.value["validationStatus"]?.string == "valid")
        uris.append(try #require(answer.value["uri"]?.string))
      }
      func listed(_ query: String = "") async throws -> [String?] {
        (try await Self.list(server, query)["records"]?.array ?? []).map { $0["uri"]?.string }
      }
      #expect(try await listed() == uris.reversed())
      #expect(try await listed("&reverse=true") == uris)
      let page = try await Self.list(server, "&limit=2")
      let cursor = try #require(page["cursor"]?.string)
      #expect(try await listed("&limit=2&cursor=\(cursor)") == [uris[0]])
      let record = try #require(page["records"]?.array?.first?["value"])
      #expect(record.type == "com.example.note")
      let cid = CID(hashingDAGCBOR: record.cborBytes()).string
      #expect(page["records"]?.array?.first?["cid"]?.string == cid)

      let did = try #require(uris[0].split(separator: "/").dropFirst().first)
      let key = try #require(uris[0].split(separator: "/").last)
      let path = "repo=\(did)&collection=com.example.note&rkey=\(key)"
      #expect(try await server.get("com.atproto.repo.getRecord?\(path)").status == 200)
      let deletion: DataValue = [
        "repo": .string(Self.repo), "collection": "com.example.note", "rkey": .string(String(key)),
      ]
      #expect(try await server.post("com.atproto.repo.deleteRecord", deletion).status == 200)
      let gone = try await server.get("com.atproto.repo.getRecord?\(path)")
      #expect(gone.status == 400 && gone.error == "RecordNotFound")
      _ = try await server.send(.post, "/_mock/reset")
      #expect(try await server.get("com.atproto.repo.getRecord?\(path)").status == 200)
    }
  }

  @Test("records that break their schema, and swaps of another state, are refused")
  func refusals() async throws {
    try await MockFixture.serve { server in
      func put(_ more: DataValue) async throws -> MockFixture.Answer {
        var input: DataValue = [
          "repo": .string(Self.repo), "collection": "com.example.settings", "rkey": "self",
          "record": ["theme": "dark"],
        ]
        for (key, value) in more.object ?? [:] { input[key] = value }
        return try await server.post("com.atproto.repo.putRecord", input)
      }
      let invalid = try await put(["record": ["theme": "purple"]])
      #expect(invalid.status == 400 && invalid.message.contains("theme"))
      #expect(try await put(["rkey": "other"]).status == 400)
      #expect(try await put(["record": ["theme": "purple"], "validate": false]).status == 200)
      let unknown = try await put(["collection": "com.example.unknown", "validate": true])
      #expect(unknown.status == 400)
      let first = try await put([:])
      let cid = try #require(first.value["cid"])
      let commit = try #require(first.value["commit"]?["cid"])
      #expect(try await put(["swapRecord": nil]).error == "InvalidSwap")
      #expect(try await put(["swapRecord": cid, "swapCommit": commit]).status == 200)
      #expect(try await put(["swapCommit": commit]).error == "InvalidSwap")
    }
  }

  @Test("applyWrites is all or nothing")
  func applyWrites() async throws {
    try await MockFixture.serve { server in
      func write(_ record: DataValue) -> DataValue {
        [
          "$type": "com.atproto.repo.applyWrites#create", "collection": "com.example.note",
          "value": record,
        ]
      }
      let method = "com.atproto.repo.applyWrites"
      let good = write(Self.note)
      let refused = try await server.post(
        method,
        ["repo": .string(Self.repo), "writes": [good, write(["text": "no date"])]]
      )
      #expect(refused.status == 400)
      // Nothing was written, so there are still samples.
      #expect(try await Self.list(server)["records"]?.array?.count == 25)
      let answer = try await server.post(
        method,
        ["repo": .string(Self.repo), "writes": [good, good]]
      )
      #expect(answer.value["results"]?.array?.count == 2)
      #expect(try await Self.list(server)["records"]?.array?.count == 2)
    }
  }

  @Test("an uploaded blob is served again")
  func blobs() async throws {
    try await MockFixture.serve { server in
      let bytes = Array("not really a picture".utf8)
      let answer = try await server.send(
        .post,
        "/xrpc/com.atproto.repo.uploadBlob",
        [.contentType: "image/png"],
        bytes
      )
      let blob = try #require(answer.value["blob"])
      #expect(blob["mimeType"]?.string == "image/png" && blob["size"]?.integer == bytes.count)
      let cid = try #require(blob["ref"]?.link)
      let did = "did:web:\(Self.repo)"
      let served = try await server.get("com.atproto.sync.getBlob?did=\(did)&cid=\(cid.string)")
      #expect(served.body == bytes && served.fields[.contentType] == "image/png")
    }
  }
}
