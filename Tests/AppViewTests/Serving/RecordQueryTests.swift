import ATProtoData
import ATProtoSyntax
import HTTPTypes
import TestSupport
import Testing

@testable import AppView

/// `dev.lexgen.index`, `blue.microcosm.links`, and queries that are served without a handler.
@Suite struct RecordQueryTests {
  private static func filled(_ index: ServedIndex) async throws {
    let (alice, bob) = (ServedIndex.alice, ServedIndex.bob)
    try await index.put(
      ServedIndex.note("Red apples", second: 1, ["rating": 3, "tags": ["fruit", "red"]]),
      by: alice,
      key: "a"
    )
    try await index.put(
      ServedIndex.note("Green apples", second: 2, ["rating": 5, "tags": ["fruit"]]),
      by: bob,
      key: "b"
    )
    try await index.put(
      ServedIndex.note("A red car", second: 3, ["rating": 1, "tags": ["red"]]),
      by: alice,
      key: "c"
    )
  }

  private static let query = "dev.lexgen.index.queryRecords?collection=com.example.note"

  private static func keys(_ answer: ServedIndex.Answer) -> [String] {
    (answer.json["records"]?.array ?? []).compactMap {
      $0["uri"]?.string?.split(separator: "/").last.map(String.init)
    }
  }

  @Test(arguments: [
    ("", ["c", "b", "a"]),
    ("&order=asc", ["a", "b", "c"]),
    ("&where=rating:ge:3", ["b", "a"]),
    ("&where=rating:ge:3&where=tags%5B%5D:eq:red", ["a"]),
    ("&where=text:prefix:A", ["c"]),
    ("&sort=rating&order=asc", ["c", "a", "b"]),
    ("&repo=BOB.example.com", ["b"]),
    ("&repo=nobody.example.com", []),
    ("&where=subject:missing", ["c", "b", "a"]),
  ])
  func conditionsAndOrderDecide(_ parameters: String, _ keys: [String]) async throws {
    try await ServedIndex.run { index in
      try await Self.filled(index)
      let answer = try await index.get(Self.query + parameters)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(Self.keys(answer) == keys)
      #expect(answer.json["cursor"] == nil)
    }
  }

  @Test(arguments: [
    ("dev.lexgen.index.queryRecords?collection=com.example.other", "UnknownCollection"),
    ("\(query)&where=none:eq:1", "UnknownField"),
    ("\(query)&where=rating:eq:red", "InvalidFilter"),
    ("\(query)&where=rating:near:1", "InvalidFilter"),
    ("\(query)&sort=tags%5B%5D", "InvalidSort"),
    ("\(query)&cursor=garbage", "InvalidCursor"),
    ("\(query)&limit=0", "InvalidRequest"),
    ("dev.lexgen.index.searchRecords?collection=com.example.note&q=%21", "InvalidRequest"),
    ("blue.microcosm.links.getBacklinks?subject=did:plc:x&source=nothing", "InvalidRequest"),
    (
      "blue.microcosm.links.getBacklinks?subject=did:plc:x&source=com.example.note:subject"
        + "&cursor=x", "InvalidRequest"
    ),
  ])
  func requestIsRefused(_ target: String, _ error: String) async throws {
    try await ServedIndex.run { index in
      let answer = try await index.get(target)
      #expect(answer.status == 400)
      #expect(answer.error == error, "\(answer.text)")
    }
  }

  @Test func cursorBelongsToOneQuery() async throws {
    try await ServedIndex.run { index in
      try await Self.filled(index)
      let first = try await index.get("\(Self.query)&limit=2")
      #expect(Self.keys(first) == ["c", "b"])
      let cursor = try #require(first.json["cursor"]?.string)
      // An insertion before the position and one after it neither repeat nor skip others.
      try await index.put(ServedIndex.note("Newer", second: 9), key: "n")
      let second = try await index.get("\(Self.query)&limit=2&cursor=\(cursor)")
      #expect(Self.keys(second) == ["a"])
      #expect(second.json["cursor"] == nil)
      for other in ["&order=asc", "&sort=rating", "&where=rating:ge:1"] {
        let refused = try await index.get("\(Self.query)\(other)&cursor=\(cursor)")
        #expect(refused.error == "InvalidCursor")
      }
    }
  }

  @Test func valuesAreCounted() async throws {
    try await ServedIndex.run { index in
      try await Self.filled(index)
      let count = "dev.lexgen.index.countRecords?collection=com.example.note"
      let all = try await index.get(count)
      #expect(all.json["count"] == 3 && all.json["distinctRepos"] == 2)
      #expect(all.json["groups"] == nil)
      let groups = try await index.get("\(count)&groupBy=tags%5B%5D")
      #expect(
        groups.json["groups"] == [
          ["value": "fruit", "count": 2], ["value": "red", "count": 2],
        ]
      )
      let ratings = try await index.get("\(count)&groupBy=rating&where=rating:gt:3")
      #expect(ratings.json["groups"] == [["value": "5", "count": 1]])
    }
  }

  @Test func wordsAreFound() async throws {
    try await ServedIndex.run { index in
      try await Self.filled(index)
      let search = "dev.lexgen.index.searchRecords?collection=com.example.note&q="
      let apples = try await index.get("\(search)APPLES")
      #expect(Self.keys(apples) == ["b", "a"] && apples.json["hitsTotal"] == 2)
      #expect(Self.keys(try await index.get("\(search)apples+-red")) == ["b"])
      #expect(Self.keys(try await index.get("\(search)%22red+car%22")) == ["c"])
    }
  }

  @Test func linksAreListedAndCounted() async throws {
    try await ServedIndex.run { index in
      let target = try await index.put(ServedIndex.note("Target"), key: "t")
      for (key, account) in [("x", ServedIndex.alice), ("y", ServedIndex.bob)] {
        try await index.put(
          ServedIndex.note("Link", second: key == "x" ? 1 : 2, ["subject": .string(target)]),
          by: account,
          key: key
        )
      }
      let parameters = "subject=\(target)&source=com.example.note:subject"
      let links = try await index.get("blue.microcosm.links.getBacklinks?\(parameters)&limit=1")
      #expect(links.json["total"] == 2)
      #expect(links.json["records"]?[0]?["rkey"] == "y")
      let cursor = try #require(links.json["cursor"]?.string)
      let rest = try await index.get(
        "blue.microcosm.links.getBacklinks?\(parameters)&limit=1&cursor=\(cursor)"
      )
      #expect(rest.json["records"]?[0]?["rkey"] == "x" && rest.json["cursor"] == nil)
      let count = try await index.get("blue.microcosm.links.getBacklinksCount?\(parameters)")
      #expect(count.json["total"] == 2)
      let dids = try await index.get("blue.microcosm.links.getBacklinkDids?\(parameters)")
      #expect(dids.json["linking_dids"]?.array?.count == 2)
      let one = try await index.get(
        "blue.microcosm.links.getBacklinks?\(parameters)&did=\(ServedIndex.bob.did)"
      )
      #expect(one.json["total"] == 1)
    }
  }

  @Test func stateIsShown() async throws {
    try await ServedIndex.run { index in
      try await Self.filled(index)
      let status = try await index.get("dev.lexgen.index.getStatus")
      #expect(status.status == 200, "\(status.text)")
      #expect(status.json["repos"]?["synchronized"] == 2)
      #expect(
        status.json["collections"] == [
          ["collection": "com.example.note", "records": 3, "invalid": 0]
        ]
      )
    }
  }

  @Test func pageOfRecordViewsIsServedWithoutHandlerAndBrokenDocumentsAreLeftOut() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.page, to: "com/example/listNotes.json")
    try folder.write(#"{"lexicon": 1, "id": "com.example.broken", "defs": 7}"#, to: "broken.json")
    let path = folder.path
    try await ServedIndex.run { configuration in
      configuration.lexiconFolders = [path]
    } _: { index in
      try await Self.filled(index)
      let all = try await index.get("com.example.listNotes?limit=2")
      #expect(all.status == 200, "\(all.text)")
      let notes = all.json["notes"]?.array ?? []
      #expect(notes.map { $0["record"]?["text"]?.string } == ["A red car", "Green apples"])
      let cursor = try #require(all.json["cursor"]?.string)
      let rest = try await index.get("com.example.listNotes?limit=2&cursor=\(cursor)")
      #expect(rest.json["notes"]?.array?.count == 1 && rest.json["cursor"] == nil)
      let rated = try await index.get("com.example.listNotes?rating=5")
      #expect(rated.json["notes"]?.array?.count == 1)
      let own = try await index.get("com.example.listNotes?author=bob.example.com")
      #expect(own.json["notes"]?.array?.count == 1)
      for refused in [
        "limit=1000", "rating=red", "author=no%20handle", "cursor=\(cursor)&rating=5",
      ] {
        let answer = try await index.get("com.example.listNotes?\(refused)")
        #expect(answer.status == 400 && answer.error == "InvalidRequest", "\(refused)")
      }
      let page = try await index.send(.get, "/admin", ServedIndex.basic)
      #expect(page.text.contains("broken.json"))
    }
    withExtendedLifetime(folder) {}
  }

  private static let page = """
    {"lexicon": 1, "id": "com.example.listNotes", "defs": {
    "main": {"type": "query", "parameters": {"type": "params", "properties": {
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
    "cursor": {"type": "string"}, "rating": {"type": "integer"},
    "author": {"type": "string", "format": "at-identifier"}}},
    "output": {"encoding": "application/json", "schema": {"type": "object", "required": ["notes"],
    "properties": {"cursor": {"type": "string"},
    "notes": {"type": "array", "items": {"type": "ref", "ref": "#noteView"}}}}}},
    "noteView": {"type": "object", "required": ["uri", "cid", "record"], "properties": {
    "uri": {"type": "string", "format": "at-uri"}, "cid": {"type": "string", "format": "cid"},
    "record": {"type": "ref", "ref": "com.example.note"}}}}}
    """
}
