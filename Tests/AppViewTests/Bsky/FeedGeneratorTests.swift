import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient
import XRPCServer

@Suite("Feed generators")
struct FeedGeneratorTests {
  private let alice = World.alice
  private let bob = World.bob
  private static let service: DID = "did:web:feed.example.com"

  /// A world with a feed of Alice, whose service answers as told.
  private struct Fixture {
    var world: World
    let feed: ComAtproto.Repo.StrongRef
    let tokens = Tokens()

    final class Tokens: Sendable {
      let seen = Mutex<[String?]>([])
    }

    init(
      skeleton:
        @escaping @Sendable (AppBsky.Feed.GetFeedSkeleton.Parameters) throws ->
        AppBsky.Feed.GetFeedSkeleton.Output
    ) async throws {
      world = try await World()
      feed = try await world.put(
        AppBsky.Feed.Generator(
          did: FormatString(FeedGeneratorTests.service),
          displayName: "Feed",
          createdAt: FormatString(World.time(0))
        ),
        by: World.alice,
        "feed",
        0
      )
      let tokens = tokens
      let route = XRPCRoute.query(AppBsky.Feed.GetFeedSkeleton.self) { request in
        tokens.seen.withLock { $0.append(request.context.headers[.authorization]) }
        return try skeleton(request.parameters)
      }
      let document: DataValue = [
        "id": .string(FeedGeneratorTests.service.string),
        "service": [
          [
            "id": "#bsky_fg", "type": "BskyFeedGenerator",
            "serviceEndpoint": "https://feed.example.com",
          ]
        ],
      ]
      world.network = OutboundNetwork(
        directory: MemoryIdentityDirectory([
          Identity(document: try DIDDocument(document), handle: .invalid)
        ]),
        transport: InMemoryTransport([route])
      )
    }

    func read(
      limit: Int = 50,
      token: String? = nil
    ) async throws -> AppBsky.Feed.GetFeed.Output {
      try await world.client(World.bob, forwardedToken: token).query(
        AppBsky.Feed.GetFeed.self,
        .init(feed: feed.uri, limit: limit),
        options: CallOptions()
      )
    }

    func error() async throws -> String? {
      try await world.error(AppBsky.Feed.GetFeed.self, .init(feed: feed.uri))
    }
  }

  @Test("a feed leaves out muted accounts, and conversations with blocked ones")
  func mutedAndBlocked() async throws {
    let carol = World.carol
    let fixture = try await Fixture { _ in
      .init(
        feed: [
          "carol.example.com/app.bsky.feed.post/p1", "alice.example.com/app.bsky.feed.post/p2",
        ]
        .map { .init(post: FormatString("at://did:web:\($0)")) }
      )
    }
    let post = try await fixture.world.post(by: carol, "p1", 1)
    try await fixture.world.post(by: alice, "p2", 2, replyTo: post)
    #expect(keys(try await fixture.read().feed.map(\.post.uri)) == ["p1", "p2"])
    _ = try await fixture.world.procedure(
      AppBsky.Graph.MuteActor.self,
      .init(actor: FormatString(carol)),
      as: bob
    )
    #expect(keys(try await fixture.read().feed.map(\.post.uri)) == ["p2"])
    try await fixture.world.block(by: carol, bob, "b1", 3)
    #expect(try await fixture.read().feed.isEmpty)
  }

  @Test("a feed has the generator's posts in order, with cursor, reasons, and context")
  func feed() async throws {
    let fixture = try await Fixture { _ in
      .init(
        cursor: "next",
        feed: [
          .init(post: "at://did:web:bob.example.com/app.bsky.feed.post/p1", feedContext: "context"),
          .init(post: "at://did:web:bob.example.com/app.bsky.feed.post/unknown"),
          .init(
            post: "at://did:web:bob.example.com/app.bsky.feed.post/p2",
            reason: .skeletonReasonPin(.init())
          ),
          .init(
            post: "at://did:web:bob.example.com/app.bsky.feed.post/p1",
            reason: .skeletonReasonRepost(
              .init(repost: "at://did:web:alice.example.com/app.bsky.feed.repost/r1")
            )
          ),
        ],
        reqId: "request"
      )
    }
    let post = try await fixture.world.post(by: bob, "p1", 1)
    try await fixture.world.post(by: bob, "p2", 2)
    try await fixture.world.repost(by: alice, post, "r1", 3)
    let output = try await fixture.read()
    #expect(keys(output.feed.map(\.post.uri)) == ["p1", "p2", "p1"])
    #expect(output.cursor == "next")
    #expect(output.feed.map(\.feedContext) == ["context", nil, nil])
    #expect(output.feed.allSatisfy { $0.reqId == "request" })
    guard case .reasonPin = output.feed[1].reason,
      case .reasonRepost(let reason) = output.feed[2].reason
    else {
      Issue.record("\(output.feed)")
      return
    }
    #expect(reason.by.did.string == alice.string)
    #expect(try await fixture.read(limit: 1).feed.count == 1)
  }

  @Test("a token for the generator is passed on unchanged; without one there is none")
  func token() async throws {
    let fixture = try await Fixture { _ in .init(feed: []) }
    _ = try await fixture.read()
    _ = try await fixture.read(token: "abc.def.ghi")
    #expect(fixture.tokens.seen.withLock { $0 } == [nil, "Bearer abc.def.ghi"])
  }

  @Test("failures of the generator have names")
  func failures() async throws {
    let unknown = try await Fixture { _ in
      throw AppBsky.Feed.GetFeedSkeleton.Failure.unknownFeed(message: nil)
    }
    #expect(try await unknown.error() == "400 UnknownFeed")
    let broken = try await Fixture { _ in throw XRPCServerError.internalServerError }
    #expect(try await broken.error() == "502 UpstreamFailure")
    var unreachable = broken
    unreachable.world.network?.directory = MemoryIdentityDirectory()
    #expect(try await unreachable.error() == "502 UpstreamFailure")
    let missing = try await World()
    #expect(
      try await missing.error(
        AppBsky.Feed.GetFeed.self,
        .init(feed: "at://did:web:alice.example.com/app.bsky.feed.generator/none")
      ) == "400 UnknownFeed"
    )
  }

  @Test("feed generators are shown one by one, in the order of a request, and by account")
  func views() async throws {
    let fixture = try await Fixture { _ in .init(feed: []) }
    let world = fixture.world
    try await world.like(by: bob, fixture.feed, "l1", 1)
    let one = try await world.call(
      AppBsky.Feed.GetFeedGenerator.self,
      .init(feed: fixture.feed.uri),
      as: bob
    )
    #expect(one.view.displayName == "Feed" && one.view.likeCount == 1 && one.isValid)
    #expect(one.view.viewer?.like?.string.hasSuffix("/l1") == true)
    let many = try await world.call(
      AppBsky.Feed.GetFeedGenerators.self,
      .init(feeds: [
        "at://did:web:bob.example.com/app.bsky.feed.generator/none", fixture.feed.uri,
      ])
    )
    #expect(many.feeds.map(\.uri) == [fixture.feed.uri])
    let own = try await world.call(
      AppBsky.Feed.GetActorFeeds.self,
      .init(actor: FormatString(alice))
    )
    #expect(own.feeds.map(\.uri) == [fixture.feed.uri])
    let post = try await world.post(
      by: bob,
      "p1",
      2,
      embed: .record(.init(record: fixture.feed))
    )
    let view = try await world.call(AppBsky.Feed.GetPosts.self, .init(uris: [post.uri]))
    guard case .recordView(let embed) = view.posts.first?.embed,
      case .generatorView(let generator) = embed.record
    else {
      Issue.record("no view of the generator")
      return
    }
    #expect(generator.uri == fixture.feed.uri)
  }
}
