import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import Testing

@Suite("Profiles, follows, and relationships")
struct ActorTests {
  private let alice = World.alice
  private let bob = World.bob
  private let carol = World.carol

  @Test("an account without a profile record has a profile")
  func bareProfile() async throws {
    let world = try await World()
    let profile = try await world.call(
      AppBsky.Actor.GetProfile.self,
      .init(actor: "alice.example.com")
    )
    #expect(profile.did.string == alice.string)
    #expect(profile.handle.string == "alice.example.com")
    #expect(profile.displayName == nil)
    #expect(profile.viewer == nil)
    #expect(profile.followersCount == 0 && profile.followsCount == 0 && profile.postsCount == 0)
  }

  @Test("a profile has absolute URLs of pictures, distinct counts, and the viewer's relations")
  func profile() async throws {
    let world = try await World()
    let avatar = CID(hashingRaw: [1, 2, 3])
    try await world.put(
      AppBsky.Actor.Profile(
        displayName: "Alice",
        avatar: Blob(ref: avatar, mimeType: "image/png", size: 3)
      ),
      by: alice,
      "self",
      0
    )
    try await world.follow(by: bob, alice, "f1", 1)
    try await world.follow(by: bob, alice, "f2", 2)
    try await world.follow(by: carol, alice, "f1", 3)
    try await world.follow(by: alice, bob, "f1", 4)
    try await world.follow(by: alice, "did:web:unknown.example.com", "f2", 5)
    try await world.post(by: alice, "p1", 6)
    let profile = try await world.call(
      AppBsky.Actor.GetProfile.self,
      .init(actor: FormatString(alice)),
      as: bob
    )
    #expect(profile.displayName == "Alice")
    #expect(profile.avatar?.string.hasPrefix("https://pds.example.com/xrpc/") == true)
    #expect(profile.avatar?.string.contains(avatar.string) == true)
    #expect(profile.followersCount == 2)
    #expect(profile.followsCount == 1)
    #expect(profile.postsCount == 1)
    #expect(profile.viewer?.following?.string.hasSuffix("/f2") == true)
    #expect(profile.viewer?.followedBy?.string.hasSuffix("/f1") == true)
    #expect(profile.viewer?.muted == false)
  }

  @Test("a block hides follows from the relations, and only secure websites are links")
  func blockedRelations() async throws {
    let world = try await World()
    try await world.put(
      AppBsky.Actor.Profile(website: "javascript:alert(1)"),
      by: alice,
      "self",
      0
    )
    try await world.follow(by: bob, alice, "f1", 1)
    try await world.follow(by: alice, bob, "f1", 2)
    try await world.block(by: alice, bob, "b1", 3)
    let profile = try await world.call(
      AppBsky.Actor.GetProfile.self,
      .init(actor: FormatString(alice)),
      as: bob
    )
    #expect(profile.viewer?.blockedBy == true)
    #expect(profile.viewer?.following == nil && profile.viewer?.followedBy == nil)
    #expect(profile.website == nil)
  }

  @Test("hidden accounts have named errors, and are left out of lists and counts")
  func hidden() async throws {
    let world = try await World()
    try await world.follow(by: bob, alice, "f1", 1)
    try await world.follow(by: carol, alice, "f1", 2)
    try await world.index.addAccount(bob, handle: "bob.example.com", status: "deactivated")
    try await world.index.setTakenDown(carol.string)
    let method = AppBsky.Actor.GetProfile.self
    #expect(
      try await world.error(method, .init(actor: "did:web:nobody.example.com"))
        == "400 InvalidRequest"
    )
    #expect(
      try await world.error(method, .init(actor: FormatString(bob))) == "400 AccountDeactivated"
    )
    #expect(
      try await world.error(method, .init(actor: FormatString(carol))) == "400 AccountTakedown"
    )
    let profiles = try await world.call(
      AppBsky.Actor.GetProfiles.self,
      .init(actors: [FormatString(carol), FormatString(alice), FormatString(bob)])
    )
    #expect(profiles.profiles.map(\.did.string) == [alice.string])
    #expect(profiles.profiles.first?.followersCount == 0)
  }

  @Test("profiles keep the order of the request")
  func order() async throws {
    let world = try await World()
    let output = try await world.call(
      AppBsky.Actor.GetProfiles.self,
      .init(actors: [FormatString(carol), "alice.example.com", FormatString(bob)])
    )
    #expect(output.profiles.map(\.did.string) == [carol.string, alice.string, bob.string])
  }

  @Test(
    "followers and follows are listed once, newest first, in pages that neither repeat nor skip"
  )
  func follows() async throws {
    let world = try await World()
    try await world.follow(by: bob, alice, "f1", 1)
    try await world.follow(by: carol, alice, "f1", 2)
    try await world.follow(by: bob, alice, "f2", 3)
    try await world.follow(by: World.dan, alice, "f1", 4)
    var seen: [String] = []
    var cursor: String?
    repeat {
      let page = try await world.call(
        AppBsky.Graph.GetFollowers.self,
        .init(actor: FormatString(alice), limit: 1, cursor: cursor)
      )
      #expect(page.followers.count == 1)
      seen += page.followers.map(\.did.string)
      cursor = page.cursor
    } while cursor != nil
    #expect(seen == [World.dan.string, bob.string, carol.string])

    try await world.follow(by: alice, bob, "f1", 1)
    try await world.follow(by: alice, carol, "f2", 2)
    try await world.follow(by: alice, bob, "f3", 3)
    let follows = try await world.call(
      AppBsky.Graph.GetFollows.self,
      .init(actor: FormatString(alice))
    )
    #expect(follows.follows.map(\.did.string) == [bob.string, carol.string])
    #expect(follows.subject.did.string == alice.string)
    #expect(follows.cursor == nil)
  }

  @Test("relationships name the records in both directions")
  func relationships() async throws {
    let world = try await World()
    let follow = try await world.follow(by: alice, bob, "f1", 1)
    let block = try await world.block(by: carol, alice, "b1", 2)
    let output = try await world.call(
      AppBsky.Graph.GetRelationships.self,
      .init(
        actor: FormatString(alice),
        others: [FormatString(bob), FormatString(carol), "nobody.example.com"]
      )
    )
    #expect(output.actor?.string == alice.string)
    guard output.relationships.count == 3, case .relationship(let first) = output.relationships[0],
      case .relationship(let second) = output.relationships[1],
      case .notFoundActor(let third) = output.relationships[2]
    else {
      Issue.record("\(output.relationships)")
      return
    }
    #expect(first.following == follow.uri && first.followedBy == nil)
    #expect(second.blockedBy == block.uri && second.blocking == nil)
    #expect(third.actor.string == "nobody.example.com")
    #expect(
      try await world.error(
        AppBsky.Graph.GetRelationships.self,
        .init(actor: "nobody.example.com")
      ) == "400 ActorNotFound"
    )
  }

  @Test("mutes are private, paged, and end")
  func mutes() async throws {
    let world = try await World()
    for did in [bob, carol, World.dan] {
      _ = try await world.procedure(
        AppBsky.Graph.MuteActor.self,
        .init(actor: FormatString(did)),
        as: alice
      )
    }
    let first = try await world.call(AppBsky.Graph.GetMutes.self, .init(limit: 2), as: alice)
    #expect(first.mutes.map(\.did.string) == [World.dan.string, carol.string])
    let second = try await world.call(
      AppBsky.Graph.GetMutes.self,
      .init(limit: 2, cursor: first.cursor),
      as: alice
    )
    #expect(second.mutes.map(\.did.string) == [bob.string])
    #expect(second.cursor == nil)
    #expect(second.mutes.first?.viewer?.muted == true)
    _ = try await world.procedure(
      AppBsky.Graph.UnmuteActor.self,
      .init(actor: FormatString(bob)),
      as: alice
    )
    let rest = try await world.call(AppBsky.Graph.GetMutes.self, .init(), as: alice)
    #expect(rest.mutes.count == 2)
    #expect(try await world.call(AppBsky.Graph.GetMutes.self, .init(), as: bob).mutes.isEmpty)
    #expect(try await world.error(AppBsky.Graph.GetMutes.self, .init()) == "401 AuthMissing")
  }

  @Test("blocks are the viewer's own, and are shown although they block")
  func blocks() async throws {
    let world = try await World()
    let block = try await world.block(by: alice, bob, "b1", 1)
    let output = try await world.call(AppBsky.Graph.GetBlocks.self, .init(), as: alice)
    #expect(output.blocks.map(\.did.string) == [bob.string])
    #expect(output.blocks.first?.viewer?.blocking == block.uri)
    #expect(try await world.call(AppBsky.Graph.GetBlocks.self, .init(), as: bob).blocks.isEmpty)
  }

  @Test("actors are found by the beginning of their handle and by words of their profile")
  func searchActors() async throws {
    let world = try await World()
    try await world.put(
      AppBsky.Actor.Profile(displayName: "Friend of Alice", description: "Likes butterflies"),
      by: bob,
      "self",
      1
    )
    let method = AppBsky.Actor.SearchActors.self
    #expect(
      try await world.call(method, .init(q: "alice")).actors.map(\.did.string)
        == [alice.string, bob.string]
    )
    let first = try await world.call(method, .init(q: "alice", limit: 1))
    #expect(first.actors.map(\.did.string) == [alice.string])
    let second = try await world.call(method, .init(q: "alice", limit: 1, cursor: first.cursor))
    #expect(second.actors.map(\.did.string) == [bob.string])
    #expect(second.cursor == nil)
    #expect(
      try await world.call(method, .init(q: "BUTTERFLIES")).actors.map(\.did.string)
        == [bob.string]
    )
    #expect(try await world.call(method, .init(q: "%")).actors.isEmpty)
    try await world.block(by: bob, carol, "b1", 2)
    #expect(try await world.call(method, .init(q: "butterflies"), as: carol).actors.isEmpty)
    #expect(try await world.call(method, .init(q: "bob"), as: carol).actors.isEmpty)
    #expect(
      try await world.call(method, .init(q: "@bob.example.com"), as: carol).actors
        .map(\.did.string) == [bob.string]
    )
  }

  @Test("more accounts than a page are found by their handles, each once")
  func manyHandles() async throws {
    let world = try await World()
    for number in 0..<7 {
      let did = try DID("did:web:zed\(number).example.com")
      try await world.index.addAccount(did, handle: Handle("zed\(number).example.com"))
      try await world.put(AppBsky.Actor.Profile(displayName: "Zed"), by: did, "self", number)
    }
    try await world.put(AppBsky.Actor.Profile(displayName: "Not zed"), by: bob, "self", 9)
    var seen: [String] = []
    var cursor: String?
    repeat {
      let page = try await world.call(
        AppBsky.Actor.SearchActors.self,
        .init(q: "zed", limit: 3, cursor: cursor)
      )
      #expect(!page.actors.isEmpty)
      seen += page.actors.map { String($0.handle.string.prefix(4)) }
      cursor = page.cursor
    } while cursor != nil
    #expect(seen == (0..<7).map { "zed\($0)" } + ["bob."])
  }

  @Test("actors are found while a client types")
  func typeahead() async throws {
    let world = try await World()
    try await world.put(AppBsky.Actor.Profile(displayName: "Alice's friend"), by: bob, "self", 1)
    let method = AppBsky.Actor.SearchActorsTypeahead.self
    #expect(
      try await world.call(method, .init(q: "alice")).actors.map(\.did.string)
        == [alice.string, bob.string]
    )
    let first = try await world.call(method, .init(q: "ali", limit: 1)).actors
    #expect(first.map(\.handle.string) == ["alice.example.com"])
    #expect(try await world.call(method, .init(q: "")).actors.isEmpty)
  }

  @Test("accounts that block each other are in no list of the other's followers, follows, or likes")
  func blocksBetweenOthers() async throws {
    let world = try await World()
    let post = try await world.post(by: alice, "p1", 0)
    try await world.follow(by: bob, alice, "f1", 1)
    try await world.follow(by: alice, bob, "f1", 2)
    try await world.like(by: bob, post, "l1", 3)
    func lists() async throws -> [Int] {
      [
        try await world.call(
          AppBsky.Graph.GetFollowers.self,
          .init(actor: FormatString(alice))
        ).followers.count,
        try await world.call(
          AppBsky.Graph.GetFollows.self,
          .init(actor: FormatString(alice))
        ).follows.count,
        try await world.call(AppBsky.Feed.GetLikes.self, .init(uri: post.uri)).likes.count,
      ]
    }
    #expect(try await lists() == [1, 1, 1])
    try await world.block(by: bob, alice, "b1", 4)
    #expect(try await lists() == [0, 0, 0])
  }
}
