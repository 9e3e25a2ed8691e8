import ATProtoData
import HTTPTypes
import MockServer
import Synchronization
import TestSupport
import Testing

/// docs/mock.md, "Overrides".
@Suite struct OverrideTests {
  @Test("a file replaces an answer as soon as it is written, and its cases choose by parameters")
  func answers() async throws {
    let data = try TemporaryFolder()
    let warnings = Mutex<[String]>([])
    let mark = try #require(HTTPField.Name("x-mock-invalid"))
    try await MockFixture.serve {
      $0.dataDirectory = data.path
      $0.warn = { line in warnings.withLock { $0.append(line) } }
    } during: { server in
      let generated = try await server.get("com.example.getThing?name=a").body
      let text = #"{ "did":"did:web:a.test", "handle":"a.test", "title":"T" }"#
      try data.write(text, to: "com.example.getThing.json")
      let whole = try await server.get("com.example.getThing?name=a")
      #expect(whole.body == Array(text.utf8) && whole.fields[mark] == nil)
      try data.write(
        #"""
        {"$cases":[{"when":{"size":1},"body":{"title":1.5}},
         {"when":{"name":"b"},"error":"NoSuchThing","status":404,"message":"Gone."}]}
        """#,
        to: "com.example.getThing.json"
      )
      let invalid = try await server.get("com.example.getThing?name=a&size=1")
      #expect(invalid.status == 200 && invalid.fields[mark] == "1")
      #expect(warnings.withLock { $0.count } == 1)
      let refused = try await server.get("com.example.getThing?name=b")
      #expect(refused.status == 404 && refused.error == "NoSuchThing")
      #expect(refused.message == "Gone.")
      #expect(try await server.get("com.example.getThing?name=a").body == generated)
      try data.write("{", to: "com.example.getThing.json")
      let broken = try await server.get("com.example.getThing?name=a")
      #expect(broken.status == 500 && broken.error == "InternalServerError")
      #expect(broken.message.contains("com.example.getThing.json"))
    }
  }

  @Test("a file of a record type is the collection's content until records are added")
  func records() async throws {
    let data = try TemporaryFolder()
    try data.write(
      #"{"3jui7kd54zh2y":{"text":"From a file","createdAt":"2025-01-02T03:04:05Z"}}"#,
      to: "com.example.note.json"
    )
    try await MockFixture.serve {
      $0.dataDirectory = data.path
    } during: { server in
      func texts() async throws -> [String?] {
        let list = try await server.get(
          "com.atproto.repo.listRecords?repo=a.test&collection=com.example.note"
        ).value
        return (list["records"]?.array ?? []).map { $0["value"]?["text"]?.string }
      }
      #expect(try await texts() == ["From a file"])
      _ = try await server.post(
        "com.atproto.repo.createRecord",
        [
          "repo": "a.test", "collection": "com.example.note",
          "record": ["text": "New", "createdAt": "2025-01-02T03:04:05Z"],
        ]
      )
      #expect(try await texts() == ["New", "From a file"])
    }
  }

  @Test("the messages of a file are sent in order")
  func messages() async throws {
    let data = try TemporaryFolder()
    try data.write(
      #"""
      {"$type":"com.example.subscribe#notice","text":"one"}
      {"$type":"com.example.subscribe#change","seq":7}

      """#,
      to: "com.example.subscribe.jsonl"
    )
    try await MockFixture.serve {
      $0.dataDirectory = data.path
      $0.rate = 1_000
    } during: { server in
      let frames = try await server.frames("com.example.subscribe", 2)
      #expect(frames.map(Frame.init).map(\.type) == ["#notice", "#change"])
      #expect(Frame(frames[1]).payload["seq"]?.integer == 7)
    }
  }
}
