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

@Suite("Threads and their gates")
struct ThreadTests {
  private let alice = World.alice
  private let bob = World.bob
  private let carol = World.carol

  typealias ThreadView = AppBsky.Feed.Defs.ThreadViewPost

  private func output(
    _ world: World,
    _ ref: ComAtproto.Repo.StrongRef,
    depth: Int = 6,
    parentHeight: Int = 80,
    as viewer: DID? = nil
  ) async throws -> AppBsky.Feed.GetPostThread.Output {
    try await world.call(
      AppBsky.Feed.GetPostThread.self,
      .init(uri: ref.uri, depth: depth, parentHeight: parentHeight),
      as: viewer
    )
  }

  private func thread(
    _ world: World,
    _ ref: ComAtproto.Repo.StrongRef,
    depth: Int = 6,
    parentHeight: Int = 80,
    as viewer: DID? = nil
  ) async throws -> ThreadView {
    let output = try await output(world, ref, depth: depth, parentHeight: parentHeight, as: viewer)
    guard case .threadViewPost(let view) = output.thread else {
      throw TestFailure(description: "\(output.thread)")
    }
    return view
  }

  private struct TestFailure: Error, CustomStringConvertible {
    var description: String
  }

  private func replies(_ view: ThreadView?) -> [ThreadView] {
    (view?.replies ?? []).compactMap { item in
      if case .threadViewPost(let view) = item { view } else { nil }
    }
  }

  private func names(_ view: ThreadView?) -> [String] {
    keys(replies(view).map(\.post.uri))
  }

  @Test("replies are shown oldest first, to a depth, and parents to a height")
  func tree() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0)
    let second = try await world.post(by: carol, "second", 2, replyTo: root)
    let first = try await world.post(by: bob, "first", 1, replyTo: root)
    let deep = try await world.post(by: alice, "deep", 3, replyTo: first, root: root)
    let whole = try await thread(world, root)
    #expect(names(whole) == ["first", "second"])
    #expect(names(replies(whole).first) == ["deep"])
    #expect(whole.parent == nil)
    #expect(whole.post.replyCount == 2)
    #expect(names(replies(try await thread(world, root, depth: 1)).first) == [])
    #expect(try await names(thread(world, root, depth: 0)) == [])

    let below = try await thread(world, deep)
    guard case .threadViewPost(let parent) = below.parent,
      case .threadViewPost(let top) = parent.parent
    else {
      Issue.record("no parents")
      return
    }
    #expect(keys([parent.post.uri, top.post.uri]) == ["first", "root"])
    #expect(top.parent == nil)
    #expect(try await thread(world, deep, parentHeight: 0).parent == nil)
    _ = second
  }

  @Test("unknown posts are an error, and deleted parents are notFoundPost")
  func missing() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0)
    let reply = try await world.post(by: bob, "reply", 1, replyTo: root)
    try await world.index.delete(world.address(root))
    guard case .notFoundPost(let parent) = try await thread(world, reply).parent else {
      Issue.record("the parent is shown")
      return
    }
    #expect(parent.uri == root.uri && parent.notFound)
    #expect(
      try await world.error(AppBsky.Feed.GetPostThread.self, .init(uri: root.uri))
        == "400 NotFound"
    )
  }

  @Test("posts that reply to each other in a circle end")
  func cycle() async throws {
    let world = try await World()
    let first = try await world.post(by: alice, "p1", 1)
    let second = try await world.post(by: bob, "p2", 2, replyTo: first)
    let third = try await world.post(by: carol, "p3", 3, replyTo: second, root: first)
    let again = try await world.post(by: alice, "p1", 1, replyTo: third, root: first)
    let view = try await thread(world, again, depth: 1_000, parentHeight: 1_000)
    #expect(names(view) == [])
    let own = try await world.post(by: alice, "self", 4)
    let same = try await world.post(by: alice, "self", 4, replyTo: own)
    #expect(try await names(thread(world, same)) == [])
  }

  @Test("blocks hide a thread, a parent, and replies")
  func blocks() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0)
    let reply = try await world.post(by: bob, "reply", 1, replyTo: root)
    try await world.post(by: World.dan, "nested", 2, replyTo: reply, root: root)
    // The viewer and the author.
    try await world.block(by: carol, alice, "b1", 3)
    guard case .blockedPost(let blocked) = try await output(world, root, as: carol).thread,
      case .blockedPost = try await thread(world, reply, as: carol).parent
    else {
      Issue.record("a blocked author's post is shown")
      return
    }
    #expect(blocked.author.did.string == alice.string)
    #expect(blocked.author.viewer?.blocking != nil)
    // The viewer and the author of a reply.
    try await world.block(by: World.dan, bob, "b3", 3)
    guard
      case .blockedPost(let placeholder) = try await thread(world, root, as: World.dan)
        .replies?.first
    else {
      Issue.record("a blocked reply has no placeholder")
      return
    }
    #expect(placeholder.uri == reply.uri)
    // The author of a reply and that of its parent.
    #expect(try await names(thread(world, root)) == ["reply"])
    try await world.block(by: alice, bob, "b2", 4)
    #expect(try await names(thread(world, root)) == [])
    guard case .blockedPost = try await thread(world, reply).parent else {
      Issue.record("a parent across a block is shown")
      return
    }
  }

  @Test("the root of a reply is not shown across a block of its author and the parent's")
  func blockedRoot() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0)
    let parent = try await world.post(by: bob, "parent", 1, replyTo: root)
    try await world.post(by: carol, "reply", 2, replyTo: parent, root: root)
    try await world.block(by: bob, alice, "b1", 3)
    let feed = try await world.call(
      AppBsky.Feed.GetAuthorFeed.self,
      .init(actor: FormatString(carol))
    ).feed
    guard case .blockedPost(let blocked) = feed.first?.reply?.root,
      case .postView(let shown) = feed.first?.reply?.parent
    else {
      Issue.record("the root is shown, or the parent is not")
      return
    }
    #expect(blocked.uri == root.uri && shown.uri == parent.uri)
  }

  @Test("a gate without rules admits everyone, and an empty one its author only")
  func gates() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0)
    try await world.post(by: bob, "bob", 1, replyTo: root)
    let own = try await world.post(by: alice, "own", 2, replyTo: root)
    try await world.gate(by: alice, root, allow: nil)
    #expect(try await names(thread(world, root)) == ["bob", "own"])
    try await world.gate(by: alice, root, allow: [])
    let view = try await thread(world, root, as: bob)
    #expect(names(view) == ["own"])
    #expect(view.post.replyCount == 1)
    #expect(view.post.viewer?.replyDisabled == true)
    #expect(view.post.threadgate?.record?["post"]?.string == root.uri.string)
    #expect(try await output(world, own).threadgate?.uri != nil)
    #expect(try await thread(world, root, as: alice).post.viewer?.replyDisabled != true)
  }

  @Test("the rules of a gate admit mentioned accounts, followers, those followed, and lists")
  func rules() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0, mentioning: bob)
    for (number, did) in [bob, carol, World.dan].enumerated() {
      try await world.post(by: did, "reply\(number)", number + 1, replyTo: root)
    }
    try await world.follow(by: alice, carol, "f1", 0)
    try await world.follow(by: World.dan, alice, "f1", 0)
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
    try await world.put(
      AppBsky.Graph.Listitem(
        subject: FormatString(World.dan),
        list: list.uri,
        createdAt: FormatString(World.time(0))
      ),
      by: alice,
      "item",
      0
    )
    // Another account cannot add to the list.
    try await world.put(
      AppBsky.Graph.Listitem(
        subject: FormatString(bob),
        list: list.uri,
        createdAt: FormatString(World.time(0))
      ),
      by: bob,
      "item",
      0
    )
    let table: [(AppBsky.Feed.Threadgate.AllowItem, [String])] = [
      (.mentionRule(.init()), ["reply0"]),
      (.followingRule(.init()), ["reply1"]),
      (.followerRule(.init()), ["reply2"]),
      (.listRule(.init(list: list.uri)), ["reply2"]),
    ]
    for (rule, expected) in table {
      try await world.gate(by: alice, root, allow: [rule])
      let view = try await thread(world, root)
      #expect(names(view) == expected, "\(rule)")
      #expect(view.post.replyCount == expected.count, "\(rule)")
    }
    try await world.gate(by: alice, root, allow: [.mentionRule(.init()), .followerRule(.init())])
    #expect(try await names(thread(world, root)) == ["reply0", "reply2"])
  }

  @Test("only a record of the root's author, under the root's key, that names the root is a gate")
  func foreignGates() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0)
    let other = try await world.post(by: alice, "other", 0)
    try await world.post(by: bob, "reply", 1, replyTo: root)
    // Of another account.
    try await world.gate(by: bob, root, allow: [])
    // Under the root's key, but for another post.
    try await world.put(
      AppBsky.Feed.Threadgate(
        post: other.uri,
        allow: [],
        createdAt: FormatString(World.time(0))
      ),
      by: alice,
      "root",
      0
    )
    #expect(try await names(thread(world, root)) == ["reply"])
  }

  @Test("a reply cannot evade a gate by naming another root")
  func evasion() async throws {
    let world = try await World()
    let root = try await world.post(by: alice, "root", 0)
    let own = try await world.post(by: bob, "own", 1)
    let evading = try await world.post(by: bob, "evading", 2, replyTo: root, root: own)
    try await world.gate(by: alice, root, allow: [])
    #expect(try await names(thread(world, root)) == [])
    #expect(try await thread(world, evading).parent == nil)
  }

  @Test("thousands of replies are cut, and long chains are walked to a height")
  func bounds() async throws {
    // The store in memory has no index of links: the counts of so many posts would take long.
    let folder = try TemporaryFolder()
    let store = try SQLiteAppViewStore(path: "\(folder.path)/index.sqlite")
    let world = try await World(store: store)
    let root = try await world.post(by: alice, "root", 0)
    try await fill(world, root, count: 1_200)
    let view = try await thread(world, root)
    #expect(replies(view).count == 1_000)
    #expect(view.post.replyCount == 1_200)
    try store.close()
  }

  /// Many replies in one transaction.
  private func fill(_ world: World, _ root: ComAtproto.Repo.StrongRef, count: Int) async throws {
    let plan = world.index.plan
    let records = (0..<count).map { number in
      AppBsky.Feed.Post(
        text: "reply",
        reply: AppBsky.Feed.Post.ReplyRef(root: root, parent: root),
        createdAt: FormatString(World.time(number + 1))
      ).dataValue
    }
    try await world.index.store.write { [bob] transaction in
      for (number, record) in records.enumerated() {
        let address = RecordAddress(
          did: bob,
          collection: "app.bsky.feed.post",
          recordKey: try RecordKey("reply\(number)")
        )
        let bytes = record.cborBytes()
        try transaction.recordWriting.put(
          address,
          cid: CID(hashingDAGCBOR: bytes),
          bytes: bytes,
          entries: plan.entries(of: record, in: address.collection),
          at: 1_800_000_000_000_000
        )
      }
    }
  }
}
