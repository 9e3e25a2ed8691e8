import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import Testing
import XRPCClient

@Suite("Labels on views, and what they remove")
struct LabelTests {
  private let alice = World.alice
  private let bob = World.bob
  private let labeler: DID = "did:web:labeler.example.com"

  private func world(redacts: Bool) async throws -> World {
    var world = try await World()
    world.labelers = AcceptedLabelers([AcceptedLabeler(labeler, redacts: redacts)])
    return world
  }

  private func posts(
    _ world: World,
    _ ref: ComAtproto.Repo.StrongRef
  ) async throws -> [AppBsky.Feed.Defs.PostView] {
    try await world.call(AppBsky.Feed.GetPosts.self, .init(uris: [ref.uri])).posts
  }

  @Test("labels of accepted labelers are on the views of posts and accounts")
  func hydration() async throws {
    let world = try await world(redacts: false)
    let ref = try await world.post(by: alice, "p1", 1)
    world.label(ref.uri.string, "spam", from: labeler)
    world.label(alice.string, "impostor", from: labeler)
    world.label(ref.uri.string, "rude", from: labeler)
    world.label(ref.uri.string, "rude", from: labeler, isNegation: true, at: 1)
    let view = try #require(try await posts(world, ref).first)
    #expect(view.labels?.map(\.val) == ["spam"])
    #expect(view.author.labels?.map(\.val) == ["impostor"])
    var other = world
    other.labelers = AcceptedLabelers()
    #expect(try await posts(other, ref).first?.labels == [])
  }

  @Test("the author's own labels are always there")
  func selfLabels() async throws {
    let world = try await World()
    let ref = try await world.put(
      AppBsky.Feed.Post(
        text: "x",
        labels: .selfLabels(.init(values: [.init(val: "porn")])),
        createdAt: FormatString(World.time(1))
      ),
      by: alice,
      "p1",
      1
    )
    let labels = try #require(try await posts(world, ref).first?.labels)
    #expect(labels.map(\.val) == ["porn"])
    #expect(labels.map(\.src.string) == [alice.string])
  }

  @Test(
    "takedowns of a labeler with redact remove a post; other values, and others, only label it",
    arguments: [
      ("!takedown", true, true), ("!suspend", true, true), ("!hide", true, false),
      ("!takedown", false, false),
    ]
  )
  func redaction(_ value: String, _ redacts: Bool, _ isRemoved: Bool) async throws {
    let world = try await world(redacts: redacts)
    let ref = try await world.post(by: alice, "p1", 1)
    let quote = try await world.post(by: bob, "p2", 2, embed: .record(.init(record: ref)))
    world.label(ref.uri.string, value, from: labeler)
    #expect(try await posts(world, ref).isEmpty == isRemoved)
    let feed = try await world.call(
      AppBsky.Feed.GetAuthorFeed.self,
      .init(actor: FormatString(alice))
    )
    #expect(feed.feed.isEmpty == isRemoved)
    guard case .recordView(let embed) = try await posts(world, quote).first?.embed else {
      Issue.record("no quote")
      return
    }
    if case .viewNotFound = embed.record {
      #expect(isRemoved)
    } else {
      #expect(!isRemoved)
    }
  }

  @Test("an account that is taken down by a labeler has neither a profile nor posts")
  func account() async throws {
    let world = try await world(redacts: true)
    let ref = try await world.post(by: alice, "p1", 1)
    try await world.follow(by: alice, bob, "f1", 2)
    world.label(alice.string, "!takedown", from: labeler)
    #expect(try await posts(world, ref).isEmpty)
    #expect(
      try await world.error(AppBsky.Actor.GetProfile.self, .init(actor: FormatString(alice)))
        == "400 AccountTakedown"
    )
    let followers = try await world.call(
      AppBsky.Graph.GetFollowers.self,
      .init(actor: FormatString(bob))
    )
    #expect(followers.followers.isEmpty)
    #expect(
      try await world.error(AppBsky.Feed.GetPostThread.self, .init(uri: ref.uri)) == "400 NotFound"
    )
  }

  @Test("takedowns of a labeler remove likes, reposts, and follows from lists and notifications")
  func otherRecords() async throws {
    let world = try await world(redacts: true)
    let ref = try await world.post(by: alice, "p1", 1)
    let records = [
      try await world.like(by: bob, ref, "l1", 2), try await world.repost(by: bob, ref, "r1", 3),
      try await world.follow(by: bob, alice, "f1", 4),
    ]
    func counts() async throws -> [Int] {
      [
        try await world.call(AppBsky.Feed.GetLikes.self, .init(uri: ref.uri)).likes.count,
        try await world.call(AppBsky.Feed.GetRepostedBy.self, .init(uri: ref.uri)).repostedBy.count,
        try await world.call(
          AppBsky.Feed.GetAuthorFeed.self,
          .init(actor: FormatString(bob))
        ).feed.count,
        try await world.call(
          AppBsky.Graph.GetFollowers.self,
          .init(actor: FormatString(alice))
        ).followers.count,
        try await world.call(
          AppBsky.Graph.GetFollows.self,
          .init(actor: FormatString(bob))
        ).follows.count,
        try await world.call(
          AppBsky.Notification.ListNotifications.self,
          .init(),
          as: alice
        ).notifications.count,
      ]
    }
    #expect(try await counts() == [1, 1, 1, 1, 1, 3])
    for record in records { world.label(record.uri.string, "!takedown", from: labeler) }
    #expect(try await counts() == [0, 0, 0, 0, 0, 0])
  }

  @Test("labelers are shown with their policies")
  func services() async throws {
    let world = try await World()
    try await world.put(
      AppBsky.Labeler.Service(
        policies: .init(labelValues: ["spam"]),
        createdAt: FormatString(World.time(1))
      ),
      by: alice,
      "self",
      1
    )
    let method = AppBsky.Labeler.GetServices.self
    let dids: [FormatString<DID>] = [FormatString(bob), FormatString(alice)]
    let basic = try await world.call(method, .init(dids: dids))
    guard basic.views.count == 1, case .labelerView(let view) = basic.views[0] else {
      Issue.record("\(basic.views)")
      return
    }
    #expect(view.creator.did.string == alice.string)
    #expect(view.creator.associated?.labeler == true)
    let detailed = try await world.call(method, .init(dids: dids, detailed: true))
    guard case .labelerViewDetailed(let view) = detailed.views.first else {
      Issue.record("\(detailed.views)")
      return
    }
    #expect(view.policies.labelValues.map(\.rawValue) == ["spam"])
  }
}
