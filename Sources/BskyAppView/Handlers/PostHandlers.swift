import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import LexiconIndex
import XRPCServer

/// `app.bsky.feed.getPosts`
struct PostsHandler: AppBsky.Feed.GetPosts.IndexHandler {
  static let requiredCollections = [Collections.post]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetPosts>
  ) async throws -> AppBsky.Feed.GetPosts.Output {
    let uris = request.parameters.uris
    let (addresses, views) = try await Views(request.context, pictures).load { loader in
      let addresses = try uris.compactMap { try loader.index.address($0) }
      try loader.loadPosts(addresses)
      return addresses
    }
    return AppBsky.Feed.GetPosts.Output(
      posts: addresses.compactMap { views.data.isBlocked($0.did) ? nil : views.post($0) }
    )
  }
}

/// `app.bsky.feed.getLikes`
struct LikesHandler: AppBsky.Feed.GetLikes.IndexHandler {
  static let requiredCollections = [Collections.like]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetLikes>
  ) async throws -> AppBsky.Feed.GetLikes.Output {
    let parameters = request.parameters
    let page = try await LinkingActors(source: .likes, views: Views(request.context, pictures))
      .page(
        of: parameters.uri,
        limit: parameters.limit,
        after: parameters.cursor,
        scope: AppBsky.Feed.GetLikes.nsid
      ) { record, actor in
        IndexRecord<AppBsky.Feed.Like>(record).map { like in
          AppBsky.Feed.GetLikes.Like(
            indexedAt: FormatString(microseconds: record.indexedAt),
            createdAt: like.value.createdAt,
            actor: actor
          )
        }
      }
    return AppBsky.Feed.GetLikes.Output(
      uri: parameters.uri,
      cid: parameters.cid,
      cursor: page.cursor,
      likes: page.rows
    )
  }
}

/// `app.bsky.feed.getRepostedBy`
struct RepostedByHandler: AppBsky.Feed.GetRepostedBy.IndexHandler {
  static let requiredCollections = [Collections.repost]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetRepostedBy>
  ) async throws -> AppBsky.Feed.GetRepostedBy.Output {
    let parameters = request.parameters
    let actors = LinkingActors(
      source: .reposts,
      views: Views(request.context, pictures),
      hidesBlocks: false
    )
    let page = try await actors.page(
      of: parameters.uri,
      limit: parameters.limit,
      after: parameters.cursor,
      scope: AppBsky.Feed.GetRepostedBy.nsid
    ) { _, actor in actor }
    return AppBsky.Feed.GetRepostedBy.Output(
      uri: parameters.uri,
      cid: parameters.cid,
      cursor: page.cursor,
      repostedBy: page.rows
    )
  }
}

/// The accounts with a record that links to a subject, each once, newest first.
struct LinkingActors: Sendable {
  let source: LinkSource
  let views: Views
  /// Whether accounts in a block with the account of the subject are left out.
  var hidesBlocks = true

  /// A page of the accounts that link to a record.
  func page<Row>(
    of uri: FormatString<ATURI>,
    limit: Int,
    after cursor: String?,
    scope: String,
    _ row: (IndexedRecord, AppBsky.Actor.Defs.ProfileView) -> Row?
  ) async throws -> (rows: [Row], cursor: String?) {
    let (address, _) = try await views.load { try $0.index.address(uri) }
    guard let address else { return ([], nil) }
    return try await page(
      of: address.uri,
      by: address.did,
      limit: limit,
      after: cursor,
      scope: scope,
      row
    )
  }

  /// A page of the accounts that link to a subject: the URI of a record, or a DID.
  ///
  /// - Parameter owner: the account of the record, or the account itself.
  func page<Row>(
    of target: String,
    by owner: DID,
    limit: Int,
    after cursor: String?,
    scope: String,
    _ row: (IndexedRecord, AppBsky.Actor.Defs.ProfileView) -> Row?
  ) async throws -> (rows: [Row], cursor: String?) {
    try await Views.page(limit: limit, after: cursor, scope: "\(scope) \(target)") {
      position,
      limit in
      let (batch, builder) = try await views.load { [source, hidesBlocks] loader in
        var query = LinkQuery(target: target, source: source, limit: limit)
        query.after = position
        let page = try loader.index.snapshot.links.page(query)
        let newest = try loader.linkers(
          to: target,
          source,
          among: Set(page.elements.map(\.address.did))
        )
        try loader.loadActors(Set(newest.keys))
        if hidesBlocks { try loader.loadBlocks(newest.keys.map { BlockPair($0, owner) }) }
        let records = try loader.index.records(at: page.elements.map(\.address))
        loader.note(records.values)
        return Views.Batch(
          rows: page.elements.map { link in
            let isNewest = newest[link.address.did] == link.address
            return (isNewest ? records[link.address] : nil, link.position)
          },
          next: page.next
        )
      }
      return Views.Batch(
        rows: batch.rows.map { record, position in
          let view = record.flatMap { record -> Row? in
            guard !builder.data.isBlocked(record.address.did),
              !builder.data.hasBlock(record.address.did, owner),
              !builder.data.isRemoved(record.address),
              let actor = builder.profile(record.address.did)
            else { return nil }
            return row(record, actor)
          }
          return (view, position)
        },
        next: batch.next
      )
    }
  }
}

/// `app.bsky.feed.getQuotes`
struct QuotesHandler: AppBsky.Feed.GetQuotes.IndexHandler {
  static let requiredCollections = [Collections.post]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetQuotes>
  ) async throws -> AppBsky.Feed.GetQuotes.Output {
    let parameters = request.parameters
    let views = Views(request.context, pictures)
    let (address, _) = try await views.load { try $0.index.address(parameters.uri) }
    guard let target = address else {
      return AppBsky.Feed.GetQuotes.Output(uri: parameters.uri, cid: parameters.cid, posts: [])
    }
    let page = try await Views.page(
      limit: parameters.limit,
      after: parameters.cursor,
      scope: "\(AppBsky.Feed.GetQuotes.nsid) \(target.uri)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        let page = try MergedLinks.page(
          [LinkSource.quotes, .quotesWithMedia].map { source in
            MergedLinks.links(loader.index, to: target.uri, source)
          },
          after: position,
          limit: limit
        )
        try loader.loadPosts(page.links.map(\.link.address))
        return Views.Batch(
          rows: page.links.map { ($0.link.address, $0.link.position) },
          next: page.next
        )
      }
      return Views.Batch(
        rows: batch.rows.map { address, position in
          let view = address.flatMap { address in
            builder.data.isBlocked(address.did) || builder.data.hasBlock(address.did, target.did)
              ? nil : builder.post(address)
          }
          return (view, position)
        },
        next: batch.next
      )
    }
    return AppBsky.Feed.GetQuotes.Output(
      uri: parameters.uri,
      cid: parameters.cid,
      cursor: page.cursor,
      posts: page.rows
    )
  }
}

/// Several lists of links, each newest first, as one.
enum MergedLinks {
  typealias Source =
    (_ after: RecordPosition?, _ limit: Int) throws -> IndexPage<LinkedRecord, RecordPosition>

  /// The links to a target.
  static func links(_ index: IndexState, to target: String, _ source: LinkSource) -> Source {
    { position, limit in
      var query = LinkQuery(target: target, source: source, limit: limit)
      query.after = position
      return try index.snapshot.links.page(query)
    }
  }

  /// A part of the merged list. A record is in it once, for the first of the sources that have it.
  static func page(
    _ sources: [Source],
    after position: RecordPosition?,
    limit: Int
  ) throws -> (links: [(link: LinkedRecord, source: Int)], next: RecordPosition?) {
    var all: [(link: LinkedRecord, source: Int)] = []
    var hasMore = false
    for (number, source) in sources.enumerated() {
      let page = try source(position, limit)
      all += page.elements.map { ($0, number) }
      if page.next != nil { hasMore = true }
    }
    all.sort { left, right in
      if left.link.sortAt != right.link.sortAt { return left.link.sortAt > right.link.sortAt }
      let uris = (left.link.address.uri, right.link.address.uri)
      return uris.0 == uris.1 ? left.source < right.source : uris.0 > uris.1
    }
    var links: [(link: LinkedRecord, source: Int)] = []
    for entry in all where links.last?.link.address != entry.link.address {
      guard links.count < limit else { return (links, links.last?.link.position) }
      links.append(entry)
    }
    return (links, hasMore ? links.last?.link.position : nil)
  }
}
