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
  /// The most follows of an account that are looked at.
  static let maximumFollows = 10_000

  /// The counts of detailed profiles: distinct visible accounts, and visible records.
  func profileCounts(_ dids: [DID]) throws -> [DID: ProfileCounts] {
    let followers = try backlinkCounts(dids.map { (target: $0.string, source: .follows) })
    var counts: [DID: ProfileCounts] = [:]
    for (did, followers) in zip(dids, followers) {
      counts[did] = ProfileCounts(
        followers: followers.accounts,
        follows: try snapshot.accounts.visibleCount(followedDIDs(by: did)),
        posts: try count(of: AppBsky.Feed.Post.self, by: did),
        generators: try count(of: AppBsky.Feed.Generator.self, by: did),
        lists: try count(of: AppBsky.Graph.List.self, by: did),
        starterPacks: try count(of: AppBsky.Graph.Starterpack.self, by: did)
      )
    }
    return counts
  }

  /// The accounts that an account follows, known or not.
  func followedDIDs(by did: DID) throws -> [DID] {
    guard let plan = plan[Collections.follow] else { return [] }
    var query = RecordQuery(collection: Collections.follow)
    query.repos = [did]
    return try snapshot.records.groups(
      query,
      by: plan.field("subject"),
      limit: Self.maximumFollows
    ).compactMap { group in
      if case .text(let text) = group.value { try? DID(text) } else { nil }
    }
  }

  private func count<Record: LexiconRecord>(of type: Record.Type, by did: DID) throws -> Int {
    guard try plan[NSID(Record.nsid)] != nil else { return 0 }
    return try count(type, IndexQuery().by([did])).records
  }
}

/// `app.bsky.actor.searchActors`: accounts whose handle begins with the term, then those with its
/// words in their profile.
struct SearchActorsHandler: AppBsky.Actor.SearchActors.IndexHandler {
  static let requiredCollections = [Collections.profile]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Actor.SearchActors>
  ) async throws -> AppBsky.Actor.SearchActors.Output {
    let parameters = request.parameters
    let term = parameters.q ?? parameters.term ?? ""
    let prefix = Self.handlePrefix(term)
    let views = Views(request.context, pictures)
    let page = try await Views.page(
      limit: parameters.limit,
      after: parameters.cursor,
      scope: "\(AppBsky.Actor.SearchActors.nsid) \(term)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        let batch = try Self.batch(term, prefix, &loader, after: position, limit: limit)
        try loader.loadActors(Set(batch.rows.compactMap(\.row)))
        return batch
      }
      return Views.Batch(
        rows: batch.rows.map { did, position in
          (did.flatMap { builder.data.isBlocked($0) ? nil : builder.profile($0) }, position)
        },
        next: batch.next
      )
    }
    return AppBsky.Actor.SearchActors.Output(cursor: page.cursor, actors: page.rows)
  }

  /// Handles have positions without a value, which end before those of profiles begin.
  private static func batch(
    _ term: String,
    _ prefix: String?,
    _ loader: inout ViewLoader,
    after position: RecordPosition?,
    limit: Int
  ) throws -> Views.Batch<DID> {
    var rows: [(row: DID?, position: RecordPosition)] = []
    var found: [IndexedAccount] = []
    if let prefix {
      found = try loader.index.snapshot.accounts.accounts(
        handlePrefix: prefix,
        limit: maximumHandles
      )
    }
    if position?.value == nil {
      for account in found {
        guard rows.count < limit, let handle = account.handle?.string,
          position.map({ $0.uri < handle }) ?? true
        else { continue }
        rows.append((account.did, RecordPosition(value: nil, uri: handle)))
      }
      guard rows.count < limit else { return Views.Batch(rows: rows, next: rows.last?.position) }
    }
    // A term without words, such as one with only excluded ones, still finds handles.
    guard let search = try? loader.index.collectionPlan(Profile.self).search(term, fields: nil)
    else { return Views.Batch(rows: rows) }
    var query = RecordQuery(collection: Collections.profile, limit: limit - rows.count)
    query.search = search
    query.after = position?.value == nil ? nil : position
    let page = try loader.index.snapshot.records.query(query)
    let byHandle = Set(found.map(\.did))
    for record in page.elements {
      let did = record.address.did
      let isProfile = record.address == .profile(of: did)
      rows.append((isProfile && !byHandle.contains(did) ? did : nil, record.position))
    }
    return Views.Batch(rows: rows, next: page.next)
  }

  private static let maximumHandles = 100

  /// The term as the beginning of a handle; nil if no handle begins like this.
  private static func handlePrefix(_ term: String) -> String? {
    var prefix = term.lowercased()
    if prefix.hasPrefix("@") { prefix.removeFirst() }
    guard !prefix.isEmpty, prefix.utf8.count <= 253,
      prefix.utf8.allSatisfy({ byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
      })
    else { return nil }
    return prefix
  }
}
