import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import LexiconIndex
import SQLiteStorage
import TestSupport
import Testing

@Suite("Notifications")
struct NotificationTests {
  private let alice = World.alice
  private let bob = World.bob
  private let carol = World.carol

  private func list(
    _ world: World,
    reasons: [String]? = nil,
    limit: Int = 50,
    cursor: String? = nil,
    as viewer: DID = World.alice
  ) async throws -> AppBsky.Notification.ListNotifications.Output {
    try await world.call(
      AppBsky.Notification.ListNotifications.self,
      .init(reasons: reasons, limit: limit, cursor: cursor),
      as: viewer
    )
  }

  private func unread(_ world: World) async throws -> Int {
    try await world.call(AppBsky.Notification.GetUnreadCount.self, .init(), as: alice).count
  }

  /// One notification of each kind for Alice, all by Bob.
  private func events(_ world: World) async throws -> ComAtproto.Repo.StrongRef {
    let post = try await world.post(by: alice, "post", 0)
    try await world.follow(by: bob, alice, "follow", 1)
    try await world.like(by: bob, post, "like", 2)
    try await world.repost(by: bob, post, "repost", 3)
    let reply = try await world.post(by: bob, "reply", 4, replyTo: post)
    try await world.post(by: bob, "quote", 5, embed: .record(.init(record: post)))
    try await world.post(by: bob, "mention", 6, mentioning: alice)
    try await world.post(by: carol, "inThread", 7, replyTo: reply, root: post)
    return post
  }

  @Test("every kind of event is notified once, newest first, with its subject")
  func kinds() async throws {
    let world = try await World()
    let post = try await events(world)
    // A record with several reasons is notified once.
    try await world.post(
      by: bob,
      "several",
      8,
      replyTo: post,
      embed: .record(.init(record: post)),
      mentioning: alice
    )
    let output = try await list(world)
    #expect(
      output.notifications.map(\.reason.rawValue)
        == ["reply", "reply", "mention", "quote", "reply", "repost", "like", "follow"]
    )
    #expect(
      keys(output.notifications.map(\.uri))
        == ["several", "inThread", "mention", "quote", "reply", "repost", "like", "follow"]
    )
    let like = try #require(output.notifications.first { $0.reason == .like })
    #expect(like.reasonSubject == post.uri)
    #expect(like.author.did.string == bob.string)
    #expect(like.indexedAt == FormatString(World.time(2)))
    #expect(like.record["subject"]?["uri"]?.string == post.uri.string)
    #expect(output.notifications.first { $0.reason == .follow }?.reasonSubject == nil)
    #expect(output.cursor == nil && output.seenAt == nil)
    #expect(
      keys(try await list(world, reasons: ["like", "follow"]).notifications.map(\.uri))
        == ["like", "follow"]
    )
  }

  /// More than the database sorts at once, with as many likes of another account among them.
  @Test("hundreds of notifications are paged from a database")
  func many() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteAppViewStore(path: "\(folder.path)/index.sqlite")
    let world = try await World(store: store)
    let own = try await world.post(by: alice, "own", 0)
    let other = try await world.post(by: alice, "other", 0)
    let foreign = try await world.post(by: carol, "foreign", 0)
    let (plan, bob) = (world.index.plan, bob)
    try await world.index.store.write { transaction in
      for number in 1...1_350 {
        let like = AppBsky.Feed.Like(
          subject: [own, other, foreign][number % 3],
          createdAt: FormatString(World.time(number))
        ).dataValue
        let address = RecordAddress(
          did: bob,
          collection: "app.bsky.feed.like",
          recordKey: try RecordKey("like\(number)")
        )
        let bytes = like.cborBytes()
        try transaction.recordWriting.put(
          address,
          cid: CID(hashingDAGCBOR: bytes),
          bytes: bytes,
          entries: plan.entries(of: like, in: address.collection),
          at: 1_800_000_000_000_000
        )
      }
    }
    var seen: [String] = []
    var cursor: String?
    repeat {
      let page = try await list(world, limit: 100, cursor: cursor)
      seen += keys(page.notifications.map(\.uri))
      cursor = page.cursor
    } while cursor != nil
    #expect(seen == (1...1_350).reversed().filter { $0 % 3 != 2 }.map { "like\($0)" })
    #expect(try await unread(world) == 900)
    try store.close()
  }

  @Test("a record with several reasons is not listed for the later ones")
  func precedence() async throws {
    let world = try await World()
    let post = try await world.post(by: alice, "post", 0)
    try await world.post(by: bob, "reply", 1, replyTo: post, mentioning: alice)
    try await world.post(by: bob, "mention", 2, mentioning: alice)
    #expect(
      keys(try await list(world, reasons: ["mention"]).notifications.map(\.uri)) == ["mention"]
    )
    #expect(keys(try await list(world, reasons: ["reply"]).notifications.map(\.uri)) == ["reply"])
  }

  @Test("events about a deleted record, quotes of other records, and hidden replies are left out")
  func subjects() async throws {
    let world = try await World()
    let post = try await world.post(by: alice, "post", 0)
    let comment = try await world.post(by: alice, "comment", 1, replyTo: post)
    try await world.like(by: bob, comment, "like", 2)
    try await world.post(by: bob, "reply", 3, replyTo: comment, root: post)
    let list = try await world.put(
      AppBsky.Graph.List(
        purpose: "app.bsky.graph.defs#curatelist",
        name: "Friends",
        createdAt: FormatString(World.time(0))
      ),
      by: alice,
      "list",
      0
    )
    try await world.post(by: bob, "quoteOfList", 4, embed: .record(.init(record: list)))
    let hidden = try await world.post(by: carol, "hidden", 5, replyTo: post)
    try await world.index.delete(world.address(comment))
    try await world.put(
      AppBsky.Feed.Threadgate(
        post: post.uri,
        createdAt: FormatString(World.time(6)),
        hiddenReplies: [hidden.uri]
      ),
      by: alice,
      "post",
      6
    )
    let found = try await self.list(world).notifications
    // The reply is still one in a thread of the viewer.
    #expect(keys(found.map(\.uri)) == ["reply"])
    #expect(found.first?.reasonSubject == post.uri)
    #expect(try await unread(world) == 1)
  }

  @Test("pages neither repeat nor skip a notification")
  func pages() async throws {
    let world = try await World()
    _ = try await events(world)
    let all = keys(try await list(world).notifications.map(\.uri))
    for limit in 1...3 {
      var seen: [String] = []
      var cursor: String?
      repeat {
        let page = try await list(world, limit: limit, cursor: cursor)
        #expect(!page.notifications.isEmpty)
        seen += keys(page.notifications.map(\.uri))
        cursor = page.cursor
      } while cursor != nil
      #expect(seen == all, "limit \(limit)")
    }
  }

  @Test("own records, blocked and muted accounts, and refused replies are not notified")
  func left() async throws {
    let world = try await World()
    let post = try await world.post(by: alice, "post", 0)
    try await world.like(by: alice, post, "own", 1)
    try await world.like(by: bob, post, "blocked", 2)
    try await world.like(by: carol, post, "muted", 3)
    try await world.post(by: World.dan, "refused", 4, replyTo: post)
    #expect(try await list(world).notifications.count == 3)
    try await world.block(by: bob, alice, "b1", 5)
    _ = try await world.procedure(
      AppBsky.Graph.MuteActor.self,
      .init(actor: FormatString(carol)),
      as: alice
    )
    try await world.gate(by: alice, post, allow: [])
    #expect(try await list(world).notifications.isEmpty)
    #expect(try await unread(world) == 0)
  }

  @Test("a notification goes with its record and with its account")
  func gone() async throws {
    let world = try await World()
    let post = try await world.post(by: alice, "post", 0)
    let like = try await world.like(by: bob, post, "l1", 1)
    try await world.like(by: carol, post, "l1", 2)
    try await world.index.delete(world.address(like))
    #expect(try await list(world).notifications.map(\.author.did.string) == [carol.string])
    try await world.index.addAccount(carol, handle: "carol.example.com", status: "deactivated")
    #expect(try await list(world).notifications.isEmpty)
  }

  @Test("everything is unread until it was seen, and what comes later is unread again")
  func seen() async throws {
    let world = try await World()
    _ = try await events(world)
    #expect(try await unread(world) == 7)
    _ = try await world.procedure(
      AppBsky.Notification.UpdateSeen.self,
      .init(seenAt: FormatString(World.time(5))),
      as: alice
    )
    #expect(try await unread(world) == 2)
    let output = try await list(world)
    #expect(output.notifications.map(\.isRead) == [false, false, true, true, true, true, true])
    #expect(output.seenAt == FormatString(World.time(5)))
    #expect(try await list(world, as: bob).seenAt == nil)
    #expect(
      try await world.error(AppBsky.Notification.GetUnreadCount.self, .init()) == "401 AuthMissing"
    )
  }

  @Test("nobody is notified of records of an account whose DID only begins with theirs")
  func prefix() async throws {
    let world = try await World()
    let longer: DID = "did:web:alice.example.community"
    try await world.index.addAccount(longer)
    let post = try await world.post(by: longer, "post", 0)
    try await world.like(by: bob, post, "l1", 1)
    #expect(try await list(world).notifications.isEmpty)
    #expect(try await list(world, as: longer).notifications.count == 1)
  }
}
