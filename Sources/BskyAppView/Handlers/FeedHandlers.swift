import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import LexiconIndex
import XRPCServer

/// A post in a feed, and the repost that brought it there.
struct FeedItem: Sendable {
  var post: RecordAddress
  var repost: IndexedRecord?
  var position: RecordPosition

  /// Reads a post or a repost; nil for anything else.
  init?(_ record: IndexedRecord) {
    position = record.position
    if record.address.isPost {
      post = record.address
    } else if let repost = IndexRecord<AppBsky.Feed.Repost>(record),
      let subject = RecordAddress(repost.value.subject.uri.string), subject.isPost
    {
      post = subject
      self.repost = record
    } else {
      return nil
    }
  }
}

extension ViewLoader {
  /// A part of the posts and reposts of some accounts, with all that their views show.
  mutating func loadFeed(
    of dids: [DID],
    _ collections: [NSID],
    after position: RecordPosition?,
    limit: Int,
    needsOwnThreads: Bool = false,
    where isWanted: (FeedItem, ViewLoader) -> Bool = { _, _ in true }
  ) throws -> Views.Batch<FeedItem> {
    let page = try index.snapshot.records.timeline(
      of: dids,
      collections,
      after: position,
      limit: limit
    )
    let items = page.elements.map { FeedItem($0) }
    for record in page.elements where record.address.isPost {
      data.posts.records[record.address] = IndexRecord(record)
    }
    try fetch(items.compactMap(\.?.post))
    if needsOwnThreads { try fetchOwnAncestors(of: items.compactMap(\.?.post)) }
    let wanted = items.map { item in item.flatMap { isWanted($0, self) ? $0 : nil } }
    try loadPosts(wanted.compactMap(\.?.post), withReplyReferences: true)
    try loadActors(Set(wanted.compactMap(\.?.repost?.address.did)))
    note(wanted.compactMap(\.?.repost))
    return Views.Batch(
      rows: zip(wanted, page.elements).map { ($0, $1.position) },
      next: page.next
    )
  }
}

/// `app.bsky.feed.getTimeline`
struct TimelineHandler: AppBsky.Feed.GetTimeline.IndexHandler {
  static let requiresViewer = true
  static let requiredCollections = [Collections.post, Collections.follow]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetTimeline>
  ) async throws -> AppBsky.Feed.GetTimeline.Output {
    guard let viewer = request.viewer else { throw XRPCServerError.viewerMissing }
    let views = Views(request.context, pictures)
    let followed = try await request.index.read { try $0.followedDIDs(by: viewer) }
    let accounts = [viewer] + followed.filter { $0 != viewer }
    let page = try await Views.page(
      limit: request.parameters.limit,
      after: request.parameters.cursor,
      scope: "\(AppBsky.Feed.GetTimeline.nsid) \(viewer)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        try loader.loadFeed(
          of: accounts,
          [Collections.post, Collections.repost],
          after: position,
          limit: limit
        )
      }
      return Views.Batch(
        rows: batch.rows.map { item, position in
          (item.flatMap { builder.timelinePost($0) }, position)
        },
        next: batch.next
      )
    }
    return AppBsky.Feed.GetTimeline.Output(cursor: page.cursor, feed: page.rows)
  }
}

extension ViewBuilder {
  /// An item of a feed, unless its post or its repost is hidden.
  func feedPost(_ item: FeedItem) -> AppBsky.Feed.Defs.FeedViewPost? {
    guard let repost = item.repost else { return feedPost(item.post) }
    // The feed of a muted account may have reposts of muted accounts.
    guard !data.isBlocked(repost.address.did),
      !data.isMuted(item.post.did) || data.isMuted(repost.address.did),
      let reason = reasonRepost(repost)
    else { return nil }
    return feedPost(item.post, reason: reason)
  }

  /// An item of a timeline: neither of accounts that are blocked nor of those that are muted, nor a
  /// reply in a conversation with an account that is blocked.
  fileprivate func timelinePost(_ item: FeedItem) -> AppBsky.Feed.Defs.FeedViewPost? {
    guard !data.isMuted(item.post.did), item.repost.map({ data.isMuted($0.address.did) }) != true,
      !hasBlockedAncestor(item.post)
    else { return nil }
    return feedPost(item)
  }

  /// Whether the author of the post's parent, or of the parent's parent, and the viewer block each
  /// other.
  func hasBlockedAncestor(_ post: RecordAddress) -> Bool {
    guard let parent = data.posts.records[post]?.value.parentAddress else { return false }
    let above = data.posts.records[parent]?.value.parentAddress
    return data.isBlocked(parent.did) || above.map { data.isBlocked($0.did) } ?? false
  }
}

/// `app.bsky.feed.getAuthorFeed`
struct AuthorFeedHandler: AppBsky.Feed.GetAuthorFeed.IndexHandler {
  static let requiredCollections = [Collections.post]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetAuthorFeed>
  ) async throws -> AppBsky.Feed.GetAuthorFeed.Output {
    let parameters = request.parameters
    let views = Views(request.context, pictures)
    let (account, pinned, first) = try await head(parameters, views)
    let filter = AuthorFeedFilter(parameters.filter)
    let page = try await Views.page(
      limit: parameters.limit - (first == nil ? 0 : 1),
      after: parameters.cursor,
      scope: "\(AppBsky.Feed.GetAuthorFeed.nsid) \(account.did) \(filter) \(parameters.includePins)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        try loader.loadFeed(
          of: [account.did],
          filter.collections,
          after: position,
          limit: filter == .all ? limit : max(limit, Views.batchSize),
          needsOwnThreads: filter == .authorThreads
        ) { item, loader in
          (item.repost != nil || item.post != pinned) && filter.includes(item, loader)
        }
      }
      return Views.Batch(
        rows: batch.rows.map { item, position in
          (item.flatMap { builder.feedPost($0) }, position)
        },
        next: batch.next
      )
    }
    return AppBsky.Feed.GetAuthorFeed.Output(
      cursor: page.cursor,
      feed: (first.map { [$0] } ?? []) + page.rows
    )
  }

  /// Finds the account, its pinned post if pins are included, and the view of the pinned post for
  /// the first page.
  private func head(
    _ parameters: AppBsky.Feed.GetAuthorFeed.Parameters,
    _ views: Views
  ) async throws -> (IndexedAccount, RecordAddress?, AppBsky.Feed.Defs.FeedViewPost?) {
    let (loaded, builder) = try await views.load { loader in
      let account = try loader.index.visibleAccount(parameters.actor)
      try loader.loadActors([account.did])
      let pinned = loader.data.actors.profiles[account.did]?.value.pinnedPost
        .flatMap { RecordAddress($0.uri.string) }
        .flatMap { $0.isPost && $0.did == account.did ? $0 : nil }
      guard parameters.includePins, let pinned else { return (account, RecordAddress?.none) }
      if parameters.cursor == nil {
        try loader.loadPosts([pinned], withReplyReferences: true)
        return (account, try loader.post(pinned) == nil ? nil : pinned)
      }
      return (account, try loader.index.record(Post.self, at: pinned) == nil ? nil : pinned)
    }
    let (account, pinned) = loaded
    try builder.checkVisible(account)
    let relation = builder.data.actors.relations[account.did]
    if relation?.blocking != nil {
      throw AppBsky.Feed.GetAuthorFeed.Failure.blockedActor(
        message: "the viewer blocks the account"
      )
    }
    if relation?.blockedBy != nil {
      throw AppBsky.Feed.GetAuthorFeed.Failure.blockedByActor(
        message: "the account blocks the viewer"
      )
    }
    let first =
      parameters.cursor == nil
      ? pinned.flatMap { builder.feedPost($0, reason: .reasonPin(.init())) } : nil
    return (account, pinned, first)
  }
}

/// Which posts of an account its feed has.
enum AuthorFeedFilter: Sendable {
  case all, noReplies, media, video, authorThreads

  /// Unknown filters have no effect.
  init(_ filter: AppBsky.Feed.GetAuthorFeed.Parameters.Filter) {
    switch filter {
    case .postsNoReplies: self = .noReplies
    case .postsWithMedia: self = .media
    case .postsWithVideo: self = .video
    case .postsAndAuthorThreads: self = .authorThreads
    default: self = .all
    }
  }

  /// Posts with media have no reposts.
  var collections: [NSID] {
    switch self {
    case .media, .video: [Collections.post]
    case .all, .noReplies, .authorThreads: [Collections.post, Collections.repost]
    }
  }

  func includes(_ item: FeedItem, _ loader: ViewLoader) -> Bool {
    guard item.repost == nil else { return true }
    guard let post = loader.data.posts.records[item.post]?.value else { return false }
    return switch self {
    case .all: true
    case .noReplies: post.reply == nil
    case .media: post.hasMedia
    case .video: post.hasVideo
    case .authorThreads: loader.isInOwnThread(item.post)
    }
  }
}

extension Post {
  fileprivate var hasMedia: Bool {
    switch embed {
    case .images, .video, .gallery: true
    case .recordWithMedia(let embed):
      switch embed.media {
      case .images, .video, .gallery: true
      case .external, .unknown: false
      }
    case .external, .record, .unknown, nil: false
    }
  }

  fileprivate var hasVideo: Bool {
    switch embed {
    case .video: true
    case .recordWithMedia(let embed): if case .video = embed.media { true } else { false }
    default: false
    }
  }
}

/// `app.bsky.feed.getActorLikes`: only the requester's own.
struct ActorLikesHandler: AppBsky.Feed.GetActorLikes.IndexHandler {
  static let requiresViewer = true
  static let requiredCollections = [Collections.post, Collections.like]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetActorLikes>
  ) async throws -> AppBsky.Feed.GetActorLikes.Output {
    guard let viewer = request.viewer else { throw XRPCServerError.viewerMissing }
    let actor = request.parameters.actor
    let views = Views(request.context, pictures)
    let (account, _) = try await views.load { try $0.index.visibleAccount(actor) }
    guard account.did == viewer else {
      throw XRPCServerError.invalidRequest(
        "Profile not found: likes are shown to their account only"
      )
    }
    let page = try await Views.page(
      limit: request.parameters.limit,
      after: request.parameters.cursor,
      scope: "\(AppBsky.Feed.GetActorLikes.nsid) \(viewer)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        let page = try loader.index.snapshot.records.timeline(
          of: [viewer],
          [Collections.like],
          after: position,
          limit: limit
        )
        let posts = page.elements.map { record in
          IndexRecord<AppBsky.Feed.Like>(record)
            .flatMap { RecordAddress($0.value.subject.uri.string) }
            .flatMap { $0.isPost ? $0 : nil }
        }
        // A post that is liked twice is shown once.
        let newest = try loader.index.links(
          from: viewer,
          to: Array(Set(posts.compactMap(\.?.uri))),
          .likes
        )
        let rows = zip(posts, page.elements).map { post, like in
          (row: post.flatMap { newest[$0.uri] == like.address ? $0 : nil }, position: like.position)
        }
        try loader.loadPosts(rows.compactMap(\.row), withReplyReferences: true)
        return Views.Batch(rows: rows, next: page.next)
      }
      return Views.Batch(
        rows: batch.rows.map { post, position in
          (post.flatMap { builder.feedPost($0) }, position)
        },
        next: batch.next
      )
    }
    return AppBsky.Feed.GetActorLikes.Output(cursor: page.cursor, feed: page.rows)
  }
}

extension XRPCServerError {
  /// 401: the method needs a viewer.
  static let viewerMissing = XRPCServerError.authenticationRequired(name: "AuthMissing")
}
