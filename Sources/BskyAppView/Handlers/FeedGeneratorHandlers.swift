import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import AppView
import HTTPTypes
import LexiconIndex
import XRPC
import XRPCClient
import XRPCServer

/// `app.bsky.feed.getFeed`: the posts that a feed generator lists.
struct FeedHandler: AppBsky.Feed.GetFeed.IndexHandler {
  static let requiredCollections = [Collections.post, Collections.generator]
  let pictures: PictureURLs
  /// The longest duration of a call of a feed generator.
  var timeout: Duration = .seconds(5)

  /// A viewer's token for the feed generator itself is passed on to it unchanged. One for this
  /// service never leaves it.
  func forwardingTarget(
    _ parameters: AppBsky.Feed.GetFeed.Parameters,
    _ index: IndexReader
  ) async throws -> ForwardingTarget? {
    guard let generator = try await generator(parameters.feed, index),
      let audience = try? generator.value.did.parsed(),
      let method = try? NSID(AppBsky.Feed.GetFeedSkeleton.nsid)
    else { return nil }
    return ForwardingTarget(audience: audience, method: method)
  }

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetFeed>
  ) async throws -> AppBsky.Feed.GetFeed.Output {
    guard let generator = try await generator(request.parameters.feed, request.index) else {
      throw AppBsky.Feed.GetFeed.Failure.unknownFeed(message: "could not find feed")
    }
    let views = Views(request.context, pictures)
    let address = generator.address
    let (_, builder) = try await views.load { try $0.loadGenerators([address]) }
    guard builder.generator(address) != nil else {
      throw AppBsky.Feed.GetFeed.Failure.unknownFeed(message: "could not find feed")
    }
    let skeleton = try await skeleton(of: generator, request)
    return AppBsky.Feed.GetFeed.Output(
      cursor: skeleton.cursor,
      feed: try await hydrate(skeleton, limit: request.parameters.limit, views)
    )
  }

  private func generator(
    _ feed: FormatString<ATURI>,
    _ index: IndexReader
  ) async throws -> IndexRecord<Generator>? {
    try await index.read { index in
      try index.address(feed).flatMap { try index.record(Generator.self, at: $0) }
    }
  }

  // MARK: The call

  private func skeleton(
    of generator: IndexRecord<Generator>,
    _ request: IndexRequest<AppBsky.Feed.GetFeed>
  ) async throws -> AppBsky.Feed.GetFeedSkeleton.Output {
    guard let network = request.context.network else {
      throw XRPCServerError.upstreamFailure("feed generators cannot be reached")
    }
    var headers: HTTPFields = [:]
    if let token = request.context.forwardedToken { headers[.authorization] = "Bearer \(token)" }
    let client = XRPCClient(
      service: ServiceEndpoint(try await service(of: generator, network)),
      transport: network.transport,
      headers: headers,
      options: TransportOptions(timeout: timeout, maximumResponseBytes: 1 << 20),
      retry: .never
    )
    let output: AppBsky.Feed.GetFeedSkeleton.Output
    do throws(XRPCError<AppBsky.Feed.GetFeedSkeleton.Failure>) {
      output = try await client.query(
        AppBsky.Feed.GetFeedSkeleton.self,
        AppBsky.Feed.GetFeedSkeleton.Parameters(
          feed: FormatString(generator.uri),
          limit: request.parameters.limit,
          cursor: request.parameters.cursor
        ),
        options: CallOptions(timeout: timeout)
      )
    } catch {
      switch error {
      case .failure(.unknownFeed, _):
        throw AppBsky.Feed.GetFeed.Failure.unknownFeed(
          message: "the feed generator does not know the feed"
        )
      case .failure, .transport, .protocolViolation:
        throw XRPCServerError.upstreamFailure("the feed generator did not return a feed")
      }
    }
    guard output.validate().isEmpty else {
      throw XRPCServerError.upstreamFailure("the feed generator's response is not valid")
    }
    return output
  }

  private func service(
    of generator: IndexRecord<Generator>,
    _ network: OutboundNetwork
  ) async throws -> HTTPURL {
    do {
      let did = try generator.value.did.parsed()
      return try await network.directory.identity(of: did).document
        .endpoint("bsky_fg", type: "BskyFeedGenerator")
    } catch {
      throw XRPCServerError.upstreamFailure("the feed generator's service could not be found")
    }
  }

  // MARK: The posts

  /// Posts that are not known are left out; everything else is kept as it is.
  private func hydrate(
    _ skeleton: AppBsky.Feed.GetFeedSkeleton.Output,
    limit: Int,
    _ views: Views
  ) async throws -> [AppBsky.Feed.Defs.FeedViewPost] {
    let entries = Array(skeleton.feed.prefix(limit))
    let (reposts, builder) = try await views.load { loader in
      let posts = entries.compactMap { RecordAddress($0.post.string) }
      try loader.loadPosts(posts, withReplyReferences: true)
      let reposts = try loader.index.records(at: entries.compactMap(\.repost))
      try loader.loadActors(Set(reposts.keys.map(\.did)))
      loader.note(reposts.values)
      return reposts
    }
    return entries.compactMap { entry in
      guard let address = RecordAddress(entry.post.string), !builder.data.isMuted(address.did),
        !builder.hasBlockedAncestor(address)
      else { return nil }
      var reason: AppBsky.Feed.Defs.FeedViewPost.Reason?
      switch entry.reason {
      case .skeletonReasonPin: reason = .reasonPin(.init())
      case .skeletonReasonRepost:
        // A repost that is gone, or that is of another post, is no reason to show the post.
        guard let repost = entry.repost.flatMap({ reposts[$0] }),
          FeedItem(repost)?.post == address, !builder.data.isBlocked(repost.address.did),
          !builder.data.isMuted(repost.address.did),
          let view = builder.reasonRepost(repost)
        else { return nil }
        reason = view
      case .unknown, nil: break
      }
      return builder.feedPost(
        address,
        reason: reason,
        feedContext: entry.feedContext,
        requestID: skeleton.reqId
      )
    }
  }
}

extension AppBsky.Feed.Defs.SkeletonFeedPost {
  /// The repost that is the reason for the post.
  fileprivate var repost: RecordAddress? {
    guard case .skeletonReasonRepost(let reason) = reason else { return nil }
    return RecordAddress(reason.repost.string)
  }
}

/// `app.bsky.feed.getFeedGenerator`
struct FeedGeneratorHandler: AppBsky.Feed.GetFeedGenerator.IndexHandler {
  static let requiredCollections = [Collections.generator]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetFeedGenerator>
  ) async throws -> AppBsky.Feed.GetFeedGenerator.Output {
    let uri = request.parameters.feed
    let (address, views) = try await Views(request.context, pictures).load { loader in
      let address = try loader.index.address(uri)
      if let address { try loader.loadGenerators([address]) }
      return address
    }
    guard let address, let view = views.generator(address) else {
      throw XRPCServerError.invalidRequest("could not find feed")
    }
    // The service is not called: whether it answers is seen when the feed is read.
    return AppBsky.Feed.GetFeedGenerator.Output(view: view, isOnline: true, isValid: true)
  }
}

/// `app.bsky.feed.getFeedGenerators`
struct FeedGeneratorsHandler: AppBsky.Feed.GetFeedGenerators.IndexHandler {
  static let requiredCollections = [Collections.generator]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetFeedGenerators>
  ) async throws -> AppBsky.Feed.GetFeedGenerators.Output {
    let feeds = request.parameters.feeds
    let (addresses, views) = try await Views(request.context, pictures).load { loader in
      let addresses = try feeds.compactMap { try loader.index.address($0) }
      try loader.loadGenerators(addresses)
      return addresses
    }
    return AppBsky.Feed.GetFeedGenerators.Output(
      feeds: addresses.compactMap { views.generator($0) }
    )
  }
}

/// `app.bsky.feed.getActorFeeds`
struct ActorFeedsHandler: AppBsky.Feed.GetActorFeeds.IndexHandler {
  static let requiredCollections = [Collections.generator]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetActorFeeds>
  ) async throws -> AppBsky.Feed.GetActorFeeds.Output {
    let parameters = request.parameters
    let views = Views(request.context, pictures)
    let (account, head) = try await views.load { loader in
      let account = try loader.index.visibleAccount(parameters.actor)
      try loader.loadActors([account.did])
      return account
    }
    try head.checkVisible(account)
    let page = try await Views.page(
      limit: parameters.limit,
      after: parameters.cursor,
      scope: "\(AppBsky.Feed.GetActorFeeds.nsid) \(account.did)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        let page = try loader.index.snapshot.records.timeline(
          of: [account.did],
          [Collections.generator],
          after: position,
          limit: limit
        )
        try loader.loadGenerators(page.elements.map(\.address))
        return Views.Batch(
          rows: page.elements.map { ($0.address, $0.position) },
          next: page.next
        )
      }
      return Views.Batch(
        rows: batch.rows.map { address, position in
          (address.flatMap { builder.generator($0) }, position)
        },
        next: batch.next
      )
    }
    return AppBsky.Feed.GetActorFeeds.Output(cursor: page.cursor, feeds: page.rows)
  }
}
