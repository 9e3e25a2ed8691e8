import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import LexiconIndex
import Testing
import XRPC

@Suite("Typed handlers over an index in memory")
struct MemoryIndexTests {
  private let alice = World.alice
  private let bob = World.bob

  /// The latest posts of an account with a word.
  private struct LatestPosts: IndexQueryHandler {
    static let requiredCollections: [NSID] = ["app.bsky.feed.post"]

    func respond(
      to request: IndexRequest<AppBsky.Feed.SearchPosts>
    ) async throws -> AppBsky.Feed.SearchPosts.Output {
      let parameters = request.parameters
      let page = try await request.index.read { index in
        try index.search(
          AppBsky.Feed.Post.self,
          parameters.q,
          after: parameters.cursor,
          limit: parameters.limit
        )
      }
      return .init(cursor: page.cursor, hitsTotal: page.records.count, posts: [])
    }
  }

  @Test("a handler is called without a server")
  func handler() async throws {
    let world = try await World()
    for number in 1...3 { try await world.post(by: alice, "p\(number)", number, text: "word") }
    let output = try await world.index.respond(LatestPosts(), .init(q: "word", limit: 2))
    #expect(output.hitsTotal == 2)
    let rest = try await world.index.respond(
      LatestPosts(),
      .init(q: "word", limit: 2, cursor: output.cursor)
    )
    #expect(rest.hitsTotal == 1 && rest.cursor == nil)
    let route = IndexRoute.query(LatestPosts())
    #expect(route.nsid == "app.bsky.feed.searchPosts" && route.kind == .query)
    #expect(!route.requiresViewer && route.requiredCollections == ["app.bsky.feed.post"])
  }

  @Test("queries compare fields of a lexicon, and their paths are checked")
  func queries() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 1)
    try await world.post(by: bob, "reply", 2, replyTo: root)
    try await world.index.reader.read { [alice, bob] index in
      let post = AppBsky.Feed.Post.self
      let parent = IndexQuery().where("reply.parent.uri", .equal(.text(root.uri.string)))
      let replies = try index.query(post, parent)
      #expect(replies.records.map(\.address.recordKey.string) == ["reply"])
      #expect(try index.query(post, parent.by([alice])).records.isEmpty)
      #expect(try index.count(post, parent).records == 1)
      #expect(try index.count(post, IndexQuery().where("reply", .isMissing)).records == 1)
      let ordered = try index.query(post, IndexQuery().ordered(by: "text"))
      #expect(ordered.records.map(\.value.text) == ["root", "reply"])
      let timeline = try index.timeline(post, of: [alice, bob], limit: 1)
      #expect(timeline.records.map(\.value.text) == ["reply"])
      #expect(timeline.cursor != nil)
      #expect(throws: IndexQueryError(.unknownField, "")) {
        try index.query(post, IndexQuery().where("nothing", .exists))
      }
      #expect(throws: IndexQueryError(.invalidCursor, "")) {
        try index.query(post, parent, after: timeline.cursor)
      }
    }
  }

  @Test("records are read one by one, in lists, and many at once")
  func records() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "a", 1)
    let other = try await world.post(by: alice, "b", 2)
    let address = try world.address(root)
    let second = try world.address(other)
    try await world.like(by: bob, root, "l1", 3)
    try await world.index.reader.read { [alice, bob] index in
      let post = AppBsky.Feed.Post.self
      #expect(try index.record(post, at: address)?.value.text == "a")
      #expect(try index.record(AppBsky.Feed.Like.self, at: address) == nil)
      #expect(try index.records(post, at: [address, second]).count == 2)
      let first = try index.list(post, of: alice, limit: 1)
      #expect(first.records.map(\.value.text) == ["b"])
      let rest = try index.list(post, of: alice, after: first.cursor, limit: 1)
      #expect(rest.records.map(\.value.text) == ["a"] && rest.cursor == nil)
      let source = LinkSource("app.bsky.feed.like", "subject.uri")
      #expect(try index.backlinks(of: address.uri, from: source).addresses.map(\.did) == [bob])
      #expect(try index.backlinkCount(of: address.uri, from: source).accounts == 1)
      #expect(try index.links(from: bob, to: [address.uri], source).count == 1)
      #expect(throws: IndexQueryError(.invalidCursor, "")) {
        try index.list(post, of: alice, after: "garbage")
      }
    }
  }
}
