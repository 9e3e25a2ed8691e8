import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView
import LexiconIndex
import XRPCServer

/// `app.bsky.actor.getProfile`
struct ProfileHandler: AppBsky.Actor.GetProfile.IndexHandler {
  static let requiredCollections = [Collections.profile]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Actor.GetProfile>
  ) async throws -> AppBsky.Actor.GetProfile.Output {
    let actor = request.parameters.actor
    let (loaded, views) = try await Views(request.context, pictures).load { loader in
      let account = try loader.index.visibleAccount(actor)
      try loader.loadActors([account.did])
      return (account, try loader.index.profileCounts([account.did]))
    }
    let (account, counts) = loaded
    guard let view = views.profileDetailed(account.did, counts[account.did] ?? ProfileCounts())
    else { throw XRPCServerError.accountTakedown }
    return view
  }
}

/// `app.bsky.actor.getProfiles`
struct ProfilesHandler: AppBsky.Actor.GetProfiles.IndexHandler {
  static let requiredCollections = [Collections.profile]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Actor.GetProfiles>
  ) async throws -> AppBsky.Actor.GetProfiles.Output {
    let actors = request.parameters.actors
    let (loaded, views) = try await Views(request.context, pictures).load { loader in
      let dids = try actors.compactMap { actor in
        try (try? actor.parsed()).flatMap { try loader.index.account($0)?.did }
      }
      try loader.loadActors(Set(dids))
      return (dids, try loader.index.profileCounts(Array(Set(dids))))
    }
    let (dids, counts) = loaded
    return AppBsky.Actor.GetProfiles.Output(
      profiles: dids.compactMap { views.profileDetailed($0, counts[$0] ?? ProfileCounts()) }
    )
  }
}

extension IndexState {
  /// The most accounts whose posts are in a timeline.
  static let maximumFollows = 10_000

  /// The counts of detailed profiles: distinct visible accounts, and visible records.
  func profileCounts(_ dids: [DID]) throws -> [DID: ProfileCounts] {
    let followers = try backlinkCounts(dids.map { (target: $0.string, source: .follows) })
    var counts: [DID: ProfileCounts] = [:]
    for (did, followers) in zip(dids, followers) {
      counts[did] = ProfileCounts(
        followers: followers.accounts,
        follows: try snapshot.accounts.visibleCount(followedDIDs(by: did, limit: .max)),
        posts: try count(of: AppBsky.Feed.Post.self, by: did),
        generators: try count(of: AppBsky.Feed.Generator.self, by: did),
        lists: try count(of: AppBsky.Graph.List.self, by: did),
        starterPacks: try count(of: AppBsky.Graph.Starterpack.self, by: did)
      )
    }
    return counts
  }

  /// The accounts that an account follows, known or not.
  func followedDIDs(by did: DID, limit: Int = maximumFollows) throws -> [DID] {
    guard let plan = plan[Collections.follow] else { return [] }
    var query = RecordQuery(collection: Collections.follow)
    query.repos = [did]
    return try snapshot.records.groups(
      query,
      by: plan.field("subject"),
      limit: limit
    ).compactMap { group in
      if case .text(let text) = group.value { try? DID(text) } else { nil }
    }
  }

  private func count<Record: LexiconRecord>(of type: Record.Type, by did: DID) throws -> Int {
    guard try plan[NSID(Record.nsid)] != nil else { return 0 }
    return try count(type, IndexQuery().by([did])).records
  }
}
