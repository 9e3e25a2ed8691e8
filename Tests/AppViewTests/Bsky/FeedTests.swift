import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import Testing

@Suite("Author feeds, timelines, and likes")
struct FeedTests {
  private let alice = World.alice
  private let bob = World.bob
  private let carol = World.carol

  private func feed(
    _ world: World,
    _ filter: AppBsky.Feed.GetAuthorFeed.Parameters.Filter = .postsWithReplies,
    includePins: Bool = false,
    limit: Int = 50,
    cursor: String? = nil,
    as viewer: DID? = nil
  ) async throws -> AppBsky.Feed.GetAuthorFeed.Output {
    try await world.call(
      AppBsky.Feed.GetAuthorFeed.self,
      .init(
        actor: FormatString(alice),
        limit: limit,
        cursor: cursor,
        filter: filter,
        includePins: includePins
      ),
      as: viewer
    )
  }

  @Test("each filter of an author feed has the posts it is named after")
  func filters() async throws {
    let world = try await World()
    let other = try await world.post(by: bob, "other", 0)
    let own = try await world.post(by: alice, "own", 1)
    try await world.post(by: alice, "toOther", 2, replyTo: other)
    try await world.post(by: alice, "toSelf", 3, replyTo: own)
    try await world.repost(by: alice, other, "repost", 4)
    let picture = Blob(ref: CID(hashingRaw: [9]), mimeType: "image/png", size: 1)
    try await world.post(
      by: alice,
      "media",
      5,
      embed: .images(.init(images: [.init(image: picture, alt: "")]))
    )
    try await world.post(
      by: alice,
      "video",
      6,
      embed: .video(.init(video: Blob(ref: picture.ref, mimeType: "video/mp4", size: 1)))
    )
    func found(
      _ filter: AppBsky.Feed.GetAuthorFeed.Parameters.Filter
    ) async throws -> [String] {
      keys(try await feed(world, filter).feed.map(\.post.uri))
    }
    #expect(
      try await found(.postsWithReplies) == ["video", "media", "other", "toSelf", "toOther", "own"]
    )
    #expect(try await found(.postsNoReplies) == ["video", "media", "other", "own"])
    #expect(try await found(.postsWithMedia) == ["video", "media"])
    #expect(try await found(.postsWithVideo) == ["video"])
    #expect(
      try await found(.postsAndAuthorThreads) == ["video", "media", "other", "toSelf", "own"]
    )
  }

  @Test("a thread with a post of another account in between is not the author's own")
  func interruptedThread() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0)
    let other = try await world.post(by: bob, "other", 1, replyTo: root)
    let answer = try await world.post(by: alice, "answer", 2, replyTo: other, root: root)
    try await world.post(by: alice, "below", 3, replyTo: answer, root: root)
    try await world.post(by: alice, "own", 4, replyTo: root)
    #expect(
      keys(try await feed(world, .postsAndAuthorThreads).feed.map(\.post.uri)) == ["own", "root"]
    )
  }

  @Test("a repost has its account as reason, and a reply its parent and root")
  func reasons() async throws {
    let world = try await World()
    let other = try await world.post(by: bob, "other", 0)
    let repost = try await world.repost(by: alice, other, "r1", 1)
    try await world.post(by: alice, "reply", 2, replyTo: other)
    let items = try await feed(world).feed
    guard items.count == 2, case .reasonRepost(let reason) = items[1].reason,
      case .postView(let parent) = items[0].reply?.parent,
      case .postView(let root) = items[0].reply?.root
    else {
      Issue.record("\(items)")
      return
    }
    #expect(reason.by.did.string == alice.string && reason.uri == repost.uri)
    #expect(parent.uri == other.uri && root.uri == other.uri)
    try await world.index.delete(world.address(other))
    let rest = try await feed(world).feed
    guard rest.count == 1, case .notFoundPost = rest[0].reply?.parent else {
      Issue.record("\(rest)")
      return
    }
  }

  @Test("a pinned post is first on the first page, once only")
  func pins() async throws {
    let world = try await World()
    let pinned = try await world.post(by: alice, "p0", 0)
    for number in 1...4 { try await world.post(by: alice, "p\(number)", number) }
    try await world.put(AppBsky.Actor.Profile(pinnedPost: pinned), by: alice, "self", 0)
    let first = try await feed(world, includePins: true, limit: 3)
    #expect(keys(first.feed.map(\.post.uri)) == ["p0", "p4", "p3"])
    guard case .reasonPin = first.feed.first?.reason else {
      Issue.record("no reason for the pinned post")
      return
    }
    let second = try await feed(world, includePins: true, limit: 3, cursor: first.cursor)
    #expect(keys(second.feed.map(\.post.uri)) == ["p2", "p1"])
    #expect(second.cursor == nil)
    #expect(keys(try await feed(world).feed.map(\.post.uri)) == ["p4", "p3", "p2", "p1", "p0"])
  }

  @Test("a pinned post of another account is not shown")
  func foreignPin() async throws {
    let world = try await World()
    let foreign = try await world.post(by: bob, "p0", 0)
    try await world.put(AppBsky.Actor.Profile(pinnedPost: foreign), by: alice, "self", 0)
    #expect(try await feed(world, includePins: true).feed.isEmpty)
  }

  @Test("one pinned post fills a page of one")
  func pinnedPage() async throws {
    let world = try await World()
    let pinned = try await world.post(by: alice, "p0", 0)
    try await world.post(by: alice, "p1", 1)
    try await world.put(AppBsky.Actor.Profile(pinnedPost: pinned), by: alice, "self", 0)
    let first = try await feed(world, includePins: true, limit: 1)
    #expect(keys(first.feed.map(\.post.uri)) == ["p0"])
    #expect(first.cursor != nil)
    let second = try await feed(world, includePins: true, limit: 1, cursor: first.cursor)
    #expect(keys(second.feed.map(\.post.uri)) == ["p1"])
    #expect(second.cursor == nil)
  }

  @Test("a feed across a block is an error that names the direction")
  func blocked() async throws {
    let world = try await World()
    try await world.block(by: bob, alice, "b1", 1)
    try await world.block(by: alice, carol, "b1", 2)
    let parameters = AppBsky.Feed.GetAuthorFeed.Parameters(actor: FormatString(alice))
    let method = AppBsky.Feed.GetAuthorFeed.self
    #expect(try await world.error(method, parameters, as: bob) == "400 BlockedActor")
    #expect(try await world.error(method, parameters, as: carol) == "400 BlockedByActor")
    #expect(try await world.error(method, parameters) == nil)
  }

  @Test("a timeline has posts and reposts of the viewer and of those followed")
  func timeline() async throws {
    let world = try await World()
    try await world.follow(by: alice, bob, "f1", 0)
    try await world.post(by: alice, "own", 1)
    try await world.post(by: bob, "followed", 2)
    let other = try await world.post(by: carol, "stranger", 3)
    try await world.repost(by: bob, other, "r1", 4)
    let method = AppBsky.Feed.GetTimeline.self
    let all = try await world.call(method, .init(), as: alice)
    #expect(keys(all.feed.map(\.post.uri)) == ["stranger", "followed", "own"])
    #expect(all.cursor == nil)
    var seen: [String] = []
    var cursor: String?
    repeat {
      let page = try await world.call(method, .init(limit: 1, cursor: cursor), as: alice)
      #expect(page.feed.count == 1)
      seen += keys(page.feed.map(\.post.uri))
      cursor = page.cursor
    } while cursor != nil
    #expect(seen == ["stranger", "followed", "own"])
    #expect(try await world.error(method, .init()) == "401 AuthMissing")
    let of = try await world.call(method, .init(limit: 1), as: alice)
    #expect(
      try await world.error(method, .init(limit: 1, cursor: of.cursor), as: bob)
        == "400 InvalidRequest"
    )
  }

  @Test("a timeline leaves out blocked accounts in both directions, and muted ones")
  func timelineWithoutBlocked() async throws {
    let world = try await World()
    try await world.follow(by: alice, bob, "f1", 0)
    try await world.follow(by: alice, carol, "f2", 0)
    try await world.follow(by: alice, World.dan, "f3", 0)
    try await world.post(by: bob, "bob", 1)
    let post = try await world.post(by: carol, "carol", 2)
    try await world.post(by: World.dan, "dan", 3)
    try await world.repost(by: World.dan, post, "r1", 4)
    try await world.block(by: alice, bob, "b1", 5)
    try await world.block(by: carol, alice, "b1", 6)
    let method = AppBsky.Feed.GetTimeline.self
    #expect(keys(try await world.call(method, .init(), as: alice).feed.map(\.post.uri)) == ["dan"])
    _ = try await world.procedure(
      AppBsky.Graph.MuteActor.self,
      .init(actor: FormatString(World.dan)),
      as: alice
    )
    #expect(try await world.call(method, .init(), as: alice).feed.isEmpty)
  }

  @Test("a timeline leaves out replies to blocked accounts")
  func timelineWithoutBlockedAncestors() async throws {
    let world = try await World()
    try await world.follow(by: alice, bob, "f1", 0)
    let root = try await world.post(by: carol, "root", 1)
    let reply = try await world.post(by: bob, "reply", 2, replyTo: root)
    try await world.post(by: bob, "nested", 3, replyTo: reply, root: root)
    let method = AppBsky.Feed.GetTimeline.self
    #expect(try await world.call(method, .init(), as: alice).feed.count == 2)
    try await world.block(by: alice, carol, "b1", 4)
    #expect(try await world.call(method, .init(), as: alice).feed.isEmpty)
  }

  @Test("the feed of a muted account has its reposts of muted accounts, others do not")
  func mutedReposts() async throws {
    let world = try await World()
    let post = try await world.post(by: bob, "p1", 1)
    try await world.repost(by: alice, post, "r1", 2)
    func mute(_ did: DID) async throws {
      _ = try await world.procedure(
        AppBsky.Graph.MuteActor.self,
        .init(actor: FormatString(did)),
        as: carol
      )
    }
    try await mute(bob)
    #expect(try await feed(world, as: carol).feed.isEmpty)
    try await mute(alice)
    #expect(keys(try await feed(world, as: carol).feed.map(\.post.uri)) == ["p1"])
  }

  @Test("a page is full if there are enough visible rows behind hidden ones")
  func fullPages() async throws {
    let world = try await World()
    try await world.follow(by: alice, bob, "f1", 0)
    try await world.follow(by: alice, carol, "f2", 0)
    for number in 1...5 { try await world.post(by: bob, "b\(number)", number) }
    for number in 6...15 { try await world.post(by: carol, "c\(number)", number) }
    try await world.block(by: carol, alice, "b1", 20)
    let page = try await world.call(AppBsky.Feed.GetTimeline.self, .init(limit: 5), as: alice)
    #expect(keys(page.feed.map(\.post.uri)) == ["b5", "b4", "b3", "b2", "b1"])
    #expect(page.cursor == nil)
  }

  @Test("an insertion between two pages neither repeats nor skips a row")
  func insertion() async throws {
    let world = try await World()
    for number in 1...4 { try await world.post(by: alice, "p\(number)", number) }
    let first = try await feed(world, limit: 2)
    try await world.post(by: alice, "new", 9)
    try await world.index.delete(world.address(first.feed.last.map { $0.post.uri.ref } ?? .none))
    let second = try await feed(world, limit: 2, cursor: first.cursor)
    #expect(keys(second.feed.map(\.post.uri)) == ["p2", "p1"])
  }

  @Test("posts are ordered by the earlier of createdAt and first seen")
  func order() async throws {
    let world = try await World()
    try await world.post(by: alice, "p1", 1)
    try await world.put(
      AppBsky.Feed.Post(text: "future", createdAt: FormatString(World.time(1_000_000))),
      by: alice,
      "future",
      2
    )
    try await world.post(by: alice, "p3", 3)
    #expect(keys(try await feed(world).feed.map(\.post.uri)) == ["p3", "future", "p1"])
  }

  @Test("likes are shown to their own account only")
  func actorLikes() async throws {
    let world = try await World()
    let first = try await world.post(by: bob, "p1", 1)
    let second = try await world.post(by: bob, "p2", 2)
    try await world.like(by: alice, second, "l1", 3)
    try await world.like(by: alice, first, "l2", 4)
    try await world.like(by: alice, second, "l0", 1)
    let method = AppBsky.Feed.GetActorLikes.self
    let parameters = AppBsky.Feed.GetActorLikes.Parameters(actor: FormatString(alice))
    let likes = try await world.call(method, parameters, as: alice)
    #expect(keys(likes.feed.map(\.post.uri)) == ["p1", "p2"])
    #expect(try await world.error(method, parameters, as: bob) == "400 InvalidRequest")
    #expect(try await world.error(method, parameters) == "401 AuthMissing")
  }
}

extension FormatString<ATURI> {
  fileprivate var ref: ComAtproto.Repo.StrongRef {
    ComAtproto.Repo.StrongRef(uri: self, cid: "")
  }
}

extension ComAtproto.Repo.StrongRef {
  fileprivate static let none = ComAtproto.Repo.StrongRef(uri: "", cid: "")
}
