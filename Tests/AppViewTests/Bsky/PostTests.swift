import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import Testing

@Suite("Posts, their embeds, and their counts")
struct PostTests {
  private let alice = World.alice
  private let bob = World.bob
  private let carol = World.carol

  private func post(
    _ world: World,
    _ ref: ComAtproto.Repo.StrongRef,
    as viewer: DID? = nil
  ) async throws -> AppBsky.Feed.Defs.PostView? {
    try await world.call(AppBsky.Feed.GetPosts.self, .init(uris: [ref.uri]), as: viewer).posts.first
  }

  @Test("posts keep the order of the request, and those that are not visible are left out")
  func order() async throws {
    let world = try await World()
    let first = try await world.post(by: alice, "p1", 1)
    let second = try await world.post(by: bob, "p2", 2)
    let output = try await world.call(
      AppBsky.Feed.GetPosts.self,
      .init(uris: [
        second.uri, "at://alice.example.com/app.bsky.feed.post/none",
        FormatString("at://alice.example.com/app.bsky.feed.post/p1"),
      ])
    )
    #expect(output.posts.map(\.uri) == [second.uri, first.uri])
    try await world.index.setTakenDown(first.uri.string)
    #expect(try await post(world, first) == nil)
    try await world.index.addAccount(bob, handle: nil, status: "suspended")
    #expect(try await post(world, second) == nil)
  }

  @Test("the record of a view is the record verbatim, with fields that no lexicon knows")
  func verbatim() async throws {
    let world = try await World()
    let record: DataValue = [
      "$type": "app.bsky.feed.post", "text": "hi", "createdAt": "2023-11-14T22:13:20.000000001Z",
      "com.example.extra": ["a": 1],
    ]
    let address = RecordAddress(
      did: alice,
      collection: "app.bsky.feed.post",
      recordKey: "p1"
    )
    let ref = try await world.index.put(record, at: address)
    let view = try #require(try await post(world, ref))
    #expect(view.record == record)
    #expect(view.cid == ref.cid)
  }

  @Test("records that violate their lexicon are in no view")
  func malformed() async throws {
    let world = try await World()
    let address = RecordAddress(
      did: alice,
      collection: "app.bsky.feed.post",
      recordKey: "bad"
    )
    let ref = try await world.index.put(["$type": "app.bsky.feed.post", "text": 7], at: address)
    #expect(try await post(world, ref) == nil)
    let feed = try await world.call(
      AppBsky.Feed.GetAuthorFeed.self,
      .init(actor: FormatString(alice))
    )
    #expect(feed.feed.isEmpty)
  }

  @Test("counts are of distinct visible accounts, and quotes of both kinds")
  func counts() async throws {
    let world = try await World()
    let ref = try await world.post(by: alice, "p1", 1)
    try await world.like(by: bob, ref, "l1", 2)
    try await world.like(by: bob, ref, "l2", 3)
    try await world.like(by: carol, ref, "l1", 4)
    try await world.repost(by: bob, ref, "r1", 5)
    try await world.post(by: bob, "reply", 6, replyTo: ref)
    try await world.post(by: bob, "q1", 7, embed: .record(.init(record: ref)))
    let external = AppBsky.Embed.External(
      external: .init(uri: "https://example.com", title: "t", description: "d")
    )
    try await world.post(
      by: carol,
      "q2",
      8,
      embed: .recordWithMedia(.init(record: .init(record: ref), media: .external(external)))
    )
    var view = try #require(try await post(world, ref, as: bob))
    #expect(view.likeCount == 2 && view.repostCount == 1)
    #expect(view.replyCount == 1 && view.quoteCount == 2)
    #expect(view.viewer?.like?.string.hasSuffix("/l2") == true)
    #expect(view.viewer?.repost?.string.hasSuffix("/r1") == true)
    try await world.index.addAccount(carol, handle: "carol.example.com", status: "deactivated")
    view = try #require(try await post(world, ref))
    #expect(view.likeCount == 1 && view.quoteCount == 1)
    #expect(view.viewer == nil)

    let quotes = try await world.call(AppBsky.Feed.GetQuotes.self, .init(uri: ref.uri))
    #expect(keys(quotes.posts.map(\.uri)) == ["q1"])
  }

  @Test("likes and reposts list each account once, newest first")
  func likes() async throws {
    let world = try await World()
    let ref = try await world.post(by: alice, "p1", 1)
    try await world.like(by: bob, ref, "l1", 2)
    try await world.like(by: carol, ref, "l1", 3)
    try await world.like(by: bob, ref, "l2", 4)
    let first = try await world.call(AppBsky.Feed.GetLikes.self, .init(uri: ref.uri, limit: 1))
    #expect(first.likes.map(\.actor.did.string) == [bob.string])
    #expect(first.likes.first?.createdAt == FormatString(World.time(4)))
    let second = try await world.call(
      AppBsky.Feed.GetLikes.self,
      .init(uri: ref.uri, limit: 1, cursor: first.cursor)
    )
    #expect(second.likes.map(\.actor.did.string) == [carol.string])
    #expect(second.cursor == nil)
    try await world.repost(by: carol, ref, "r1", 5)
    let reposts = try await world.call(AppBsky.Feed.GetRepostedBy.self, .init(uri: ref.uri))
    #expect(reposts.repostedBy.map(\.did.string) == [carol.string])
    #expect(
      try await world.error(AppBsky.Feed.GetLikes.self, .init(uri: ref.uri, cursor: "nonsense"))
        == "400 InvalidRequest"
    )
    let other = try await world.post(by: alice, "p2", 6)
    #expect(
      try await world.error(
        AppBsky.Feed.GetLikes.self,
        .init(uri: other.uri, cursor: first.cursor)
      ) == "400 InvalidRequest"
    )
  }

  @Test("pictures and links are shown with absolute URLs")
  func media() async throws {
    let world = try await World()
    let picture = Blob(ref: CID(hashingRaw: [9]), mimeType: "image/png", size: 1)
    let images = try await world.post(
      by: alice,
      "p1",
      1,
      embed: .images(.init(images: [.init(image: picture, alt: "a picture")]))
    )
    guard case .imagesView(let view) = try await post(world, images)?.embed else {
      Issue.record("no images")
      return
    }
    let image = try #require(view.images.first)
    #expect(image.alt == "a picture")
    #expect(image.fullsize.string.contains(picture.ref.string))
    #expect(image.thumb.string.hasPrefix("https://pds.example.com/"))
  }

  @Test("quotes are nested two deep, and the innermost post has no embeds")
  func nested() async throws {
    let world = try await World()
    var ref = try await world.post(by: alice, "p0", 0)
    for number in 1...3 {
      ref = try await world.post(
        by: number.isMultiple(of: 2) ? alice : bob,
        "p\(number)",
        number,
        embed: .record(.init(record: ref))
      )
    }
    guard case .recordView(let outer) = try await post(world, ref)?.embed,
      case .viewRecord(let second) = outer.record, case .view(let inner) = second.embeds?.first,
      case .viewRecord(let first) = inner.record
    else {
      Issue.record("no nested quotes")
      return
    }
    #expect(keys([second.uri, first.uri]) == ["p2", "p1"])
    #expect(first.embeds == nil)
  }

  @Test("a post that quotes itself, and two that quote each other, end")
  func quoteCycle() async throws {
    let world = try await World()
    let placeholder = try await world.post(by: alice, "p1", 1)
    let second = try await world.post(by: bob, "p2", 2, embed: .record(.init(record: placeholder)))
    let first = try await world.post(by: alice, "p1", 1, embed: .record(.init(record: second)))
    let own = try await world.post(by: alice, "p3", 3)
    let same = try await world.post(by: alice, "p3", 3, embed: .record(.init(record: own)))
    #expect(try await post(world, first) != nil)
    #expect(try await post(world, same) != nil)
  }

  @Test("a quote across a block, or of a deleted post, shows only that")
  func blockedQuote() async throws {
    let world = try await World()
    let quoted = try await world.post(by: alice, "p1", 1)
    let quote = try await world.post(by: bob, "p2", 2, embed: .record(.init(record: quoted)))
    func embedded(as viewer: DID? = nil) async throws -> AppBsky.Embed.Record.View.Record? {
      guard case .recordView(let view) = try await post(world, quote, as: viewer)?.embed else {
        return nil
      }
      return view.record
    }
    guard case .viewRecord = try await embedded() else {
      Issue.record("not shown before the block")
      return
    }
    // The viewer and the quoted author.
    let block = try await world.block(by: alice, carol, "b1", 3)
    guard case .viewBlocked(let blocked) = try await embedded(as: carol) else {
      Issue.record("a viewer who is blocked sees the post")
      return
    }
    #expect(blocked.author.viewer?.blockedBy == true)
    guard case .viewRecord = try await embedded() else {
      Issue.record("not shown to others")
      return
    }
    // The two authors.
    try await world.block(by: alice, bob, "b2", 4)
    guard case .viewBlocked = try await embedded() else {
      Issue.record("shown across a block of the authors")
      return
    }
    try await world.index.delete(world.address(quoted))
    guard case .viewNotFound = try await embedded() else {
      Issue.record("shown after it was deleted")
      return
    }
    _ = block
  }

  @Test("posts of accounts in a block with the viewer are left out, and a self-block has no effect")
  func blocks() async throws {
    let world = try await World()
    let ref = try await world.post(by: alice, "p1", 1)
    try await world.block(by: alice, alice, "self", 2)
    #expect(try await post(world, ref, as: alice) != nil)
    try await world.block(by: bob, alice, "b1", 3)
    #expect(try await post(world, ref, as: bob) == nil)
    try await world.block(by: alice, carol, "b2", 4)
    #expect(try await post(world, ref, as: carol) == nil)
    #expect(try await post(world, ref) != nil)
  }
}
