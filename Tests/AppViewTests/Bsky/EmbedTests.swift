import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import Testing

@Suite("Embedded records and the gates of quotes")
struct EmbedTests {
  private let alice = World.alice
  private let bob = World.bob
  private let carol = World.carol

  private func view(
    _ world: World,
    _ ref: ComAtproto.Repo.StrongRef,
    as viewer: DID? = nil
  ) async throws -> AppBsky.Feed.Defs.PostView {
    try #require(
      try await world.call(AppBsky.Feed.GetPosts.self, .init(uris: [ref.uri]), as: viewer)
        .posts.first
    )
  }

  private func embedded(
    _ world: World,
    _ ref: ComAtproto.Repo.StrongRef,
    as viewer: DID? = nil
  ) async throws -> AppBsky.Embed.Record.View.Record? {
    guard case .recordView(let embed) = try await view(world, ref, as: viewer).embed else {
      return nil
    }
    return embed.record
  }

  private func list(_ world: World) async throws -> ComAtproto.Repo.StrongRef {
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
    for (owner, key) in [(alice, "i1"), (alice, "i2"), (bob, "i1")] {
      try await world.put(
        AppBsky.Graph.Listitem(
          subject: FormatString(key == "i1" ? bob : carol),
          list: list.uri,
          createdAt: FormatString(World.time(0))
        ),
        by: owner,
        key,
        0
      )
    }
    return list
  }

  @Test("an embedded list is shown with the number of its owner's items")
  func embeddedList() async throws {
    let world = try await World()
    let list = try await list(world)
    let post = try await world.post(by: bob, "p1", 1, embed: .record(.init(record: list)))
    guard case .listView(let view) = try await embedded(world, post) else {
      Issue.record("no list")
      return
    }
    #expect(view.name == "Friends" && view.creator.did.string == alice.string)
    #expect(view.listItemCount == 2)
    try await world.block(by: alice, bob, "b1", 2)
    guard case .viewBlocked = try await embedded(world, post) else {
      Issue.record("shown across a block")
      return
    }
    try await world.index.delete(world.address(list))
    guard case .viewNotFound = try await embedded(world, post) else {
      Issue.record("shown after it was deleted")
      return
    }
  }

  @Test("embedded starter packs and labelers are shown")
  func embeddedPacksAndLabelers() async throws {
    let world = try await World()
    let list = try await list(world)
    let pack = try await world.put(
      AppBsky.Graph.Starterpack(
        name: "Start",
        list: list.uri,
        createdAt: FormatString(World.time(0))
      ),
      by: alice,
      "pack",
      0
    )
    let labeler = try await world.put(
      AppBsky.Labeler.Service(
        policies: .init(labelValues: ["spam"]),
        createdAt: FormatString(World.time(0))
      ),
      by: carol,
      "self",
      0
    )
    try await world.like(by: bob, labeler, "l1", 1)
    let first = try await world.post(by: bob, "p1", 1, embed: .record(.init(record: pack)))
    let second = try await world.post(by: bob, "p2", 2, embed: .record(.init(record: labeler)))
    guard case .starterPackViewBasic(let packView) = try await embedded(world, first),
      case .labelerView(let labelerView) = try await embedded(world, second, as: bob)
    else {
      Issue.record("not shown")
      return
    }
    #expect(packView.listItemCount == 2)
    #expect(packView.record["name"]?.string == "Start")
    #expect(labelerView.creator.did.string == carol.string)
    #expect(labelerView.likeCount == 1)
    #expect(labelerView.viewer?.like?.string.hasSuffix("/l1") == true)
  }

  private func gate(
    _ world: World,
    _ post: ComAtproto.Repo.StrongRef,
    by did: DID,
    at seconds: Int,
    detached: [ComAtproto.Repo.StrongRef] = [],
    isClosed: Bool = false
  ) async throws {
    let key = post.uri.string.split(separator: "/").last.map(String.init) ?? ""
    try await world.put(
      AppBsky.Feed.Postgate(
        createdAt: FormatString(World.time(seconds)),
        post: post.uri,
        detachedEmbeddingUris: detached.map(\.uri),
        embeddingRules: isClosed ? [.disableRule(.init())] : []
      ),
      by: did,
      key,
      seconds
    )
  }

  @Test("a quote that the author detached, or that a rule forbids, is shown as detached")
  func postgates() async throws {
    let world = try await World()
    let post = try await world.post(by: alice, "p1", 1)
    let quote = try await world.post(by: bob, "q1", 2, embed: .record(.init(record: post)))
    func isDetached(_ quote: ComAtproto.Repo.StrongRef) async throws -> Bool {
      if case .viewDetached = try await embedded(world, quote) { true } else { false }
    }
    // Only the author's gate counts.
    try await gate(world, post, by: carol, at: 3, detached: [quote], isClosed: true)
    #expect(try await !isDetached(quote))
    try await gate(world, post, by: alice, at: 3, detached: [quote])
    #expect(try await isDetached(quote))
    #expect(try await view(world, post, as: bob).viewer?.embeddingDisabled == false)
    // A rule does not concern quotes that are older than the gate, nor those of the author.
    try await gate(world, post, by: alice, at: 3, isClosed: true)
    let later = try await world.post(by: bob, "q2", 4, embed: .record(.init(record: post)))
    let own = try await world.post(by: alice, "q3", 5, embed: .record(.init(record: post)))
    #expect(try await !isDetached(quote))
    #expect(try await isDetached(later))
    #expect(try await !isDetached(own))
    #expect(try await view(world, post, as: bob).viewer?.embeddingDisabled == true)
    #expect(try await view(world, post, as: alice).viewer?.embeddingDisabled == false)
  }
}
