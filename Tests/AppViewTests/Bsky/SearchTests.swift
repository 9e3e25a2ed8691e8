import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView
import Testing
import XRPC

@Suite("Search for posts")
struct SearchTests {
  private let alice = World.alice
  private let bob = World.bob

  private func found(
    _ world: World,
    _ parameters: AppBsky.Feed.SearchPosts.Parameters,
    as viewer: DID? = nil
  ) async throws -> [String] {
    let output = try await world.call(AppBsky.Feed.SearchPosts.self, parameters, as: viewer)
    return keys(output.posts.map(\.uri))
  }

  @Test("posts are found by the words of their text and by each parameter")
  func parameters() async throws {
    let world = try await World()
    try await world.post(by: alice, "p1", 1, text: "The quick brown fox", langs: ["en"])
    try await world.post(
      by: bob,
      "p2",
      2,
      text: "A QUICK answer",
      mentioning: alice,
      tags: ["Swift", "atproto"]
    )
    try await world.post(by: bob, "p3", 86_400 * 2, text: "quickly", langs: ["de"])
    try await world.post(by: bob, "p4", 86_400 * 2, text: "quick again")
    let table: [(AppBsky.Feed.SearchPosts.Parameters, [String])] = [
      (.init(q: "quick"), ["p4", "p2", "p1"]),
      (.init(q: "quick -brown"), ["p4", "p2"]),
      (.init(q: "\"quick brown\""), ["p1"]),
      (.init(q: "brown quick"), ["p1"]),
      (.init(q: "quick", author: "bob.example.com"), ["p4", "p2"]),
      (.init(q: "quick", author: "nobody.example.com"), []),
      (.init(q: "quick", mentions: FormatString(alice)), ["p2"]),
      (.init(q: "quick", lang: "en"), ["p1"]),
      (.init(q: "quick", tag: ["swift"]), ["p2"]),
      (.init(q: "quick", tag: ["SWIFT", "ATProto"]), ["p2"]),
      (.init(q: "quick", tag: ["swift", "other"]), []),
      (.init(q: "quick", since: World.time(2).string), ["p4", "p2"]),
      (.init(q: "quick", until: World.time(2).string), ["p1"]),
      (.init(q: "quick", until: "2023-11-15"), ["p2", "p1"]),
      (.init(q: "quick", since: World.time(2).string, until: "2023-11-15"), ["p2"]),
      (.init(q: "quick_"), []),
    ]
    for (parameters, expected) in table {
      #expect(try await found(world, parameters) == expected, "\(parameters.query)")
    }
  }

  @Test("a search counts its hits and is paged; without words it is an error")
  func pages() async throws {
    let world = try await World()
    for number in 1...3 { try await world.post(by: alice, "p\(number)", number, text: "word") }
    let method = AppBsky.Feed.SearchPosts.self
    let first = try await world.call(method, .init(q: "word", limit: 2))
    #expect(first.hitsTotal == 3)
    let second = try await world.call(method, .init(q: "word", limit: 2, cursor: first.cursor))
    #expect(keys(first.posts.map(\.uri) + second.posts.map(\.uri)) == ["p3", "p2", "p1"])
    #expect(second.cursor == nil)
    for query in ["", "  ", "-word", "!?"] {
      #expect(try await world.error(method, .init(q: query)) == "400 InvalidRequest", "\(query)")
    }
    #expect(
      try await world.error(method, .init(q: "other", cursor: first.cursor))
        == "400 InvalidRequest"
    )
    #expect(
      try await world.error(method, .init(q: "word", since: "yesterday")) == "400 InvalidRequest"
    )
  }

  @Test("tags differ by their symbols, and links are found by URL and domain")
  func tagsAndLinks() async throws {
    let world = try await World()
    try await world.post(by: alice, "p1", 1, text: "word", tags: ["C"])
    let external = AppBsky.Embed.External(
      external: .init(uri: "https://www.example.com/a?b", title: "t", description: "d")
    )
    let quoted = try await world.post(
      by: alice,
      "p2",
      2,
      text: "word",
      embed: .external(external),
      tags: ["C++"]
    )
    try await world.post(
      by: bob,
      "p3",
      3,
      text: "word",
      embed: .recordWithMedia(.init(record: .init(record: quoted), media: .external(external)))
    )
    #expect(try await found(world, .init(q: "word", tag: ["c"])) == ["p1"])
    #expect(try await found(world, .init(q: "word", tag: ["c++"])) == ["p2"])
    #expect(try await found(world, .init(q: "word", domain: "example.com")) == ["p3", "p2"])
    #expect(try await found(world, .init(q: "word", domain: "WWW.example.com")) == ["p3", "p2"])
    #expect(
      try await found(world, .init(q: "word", url: "https://www.example.com/a?b")) == ["p3", "p2"]
    )
    let output = try await world.call(
      AppBsky.Feed.SearchPosts.self,
      .init(q: "word", since: World.time(2).string, domain: "example.com")
    )
    #expect(output.hitsTotal == 2)
  }

  @Test("posts across a block are not found")
  func blocks() async throws {
    let world = try await World()
    try await world.post(by: alice, "p1", 1, text: "word")
    try await world.block(by: alice, bob, "b1", 2)
    #expect(try await found(world, .init(q: "word"), as: bob) == [])
    #expect(try await found(world, .init(q: "word")) == ["p1"])
  }
}
