import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI

extension ViewBuilder {
  /// The view of a post; nil if it is not shown. A block of the viewer does not matter here; see
  /// ``isHiddenByBlock(_:)``.
  func post(_ address: RecordAddress) -> AppBsky.Feed.Defs.PostView? {
    guard let post = data.post(address), let author = profileBasic(address.did),
      let record = try? post.stored.verbatim()
    else { return nil }
    let counts = data.posts.counts[address] ?? PostCounts()
    return AppBsky.Feed.Defs.PostView(
      uri: FormatString(post.uri),
      cid: FormatString(post.cid.string),
      author: author,
      record: record,
      embed: embed(post),
      replyCount: counts.replies,
      repostCount: counts.reposts,
      likeCount: counts.likes,
      quoteCount: counts.quotes,
      indexedAt: FormatString(microseconds: post.indexedAt),
      viewer: viewerState(post),
      labels: labels(post.uri),
      threadgate: post.value.reply == nil ? threadgate(of: address) : nil
    )
  }

  /// A post in a feed; nil if it is not shown.
  func feedPost(
    _ address: RecordAddress,
    reason: AppBsky.Feed.Defs.FeedViewPost.Reason? = nil,
    feedContext: String? = nil,
    requestID: String? = nil
  ) -> AppBsky.Feed.Defs.FeedViewPost? {
    guard !data.isBlocked(address.did), let view = post(address) else { return nil }
    return AppBsky.Feed.Defs.FeedViewPost(
      post: view,
      reply: replyReference(address),
      reason: reason,
      feedContext: feedContext,
      reqId: requestID
    )
  }

  /// The reason for a reposted post; nil if the repost or its account is not shown.
  func reasonRepost(
    _ repost: IndexedRecord
  ) -> AppBsky.Feed.Defs.FeedViewPost.Reason? {
    guard !data.isRemoved(repost.address), let by = profileBasic(repost.address.did) else {
      return nil
    }
    return .reasonRepost(
      AppBsky.Feed.Defs.ReasonRepost(
        by: by,
        uri: FormatString(repost.uri),
        cid: FormatString(repost.cid.string),
        indexedAt: FormatString(microseconds: repost.sortAt)
      )
    )
  }

  /// Why a post that is stored may not be shown: the viewer and its author block each other.
  func blockedPost(_ address: RecordAddress) -> AppBsky.Feed.Defs.BlockedPost {
    AppBsky.Feed.Defs.BlockedPost(
      uri: FormatString(address.uri),
      blocked: true,
      author: blockedAuthor(address.did)
    )
  }

  func blockedAuthor(_ did: DID) -> AppBsky.Feed.Defs.BlockedAuthor {
    AppBsky.Feed.Defs.BlockedAuthor(did: FormatString(did), viewer: viewerState(did))
  }

  /// The gate of the thread that begins with a post.
  func threadgate(of root: RecordAddress) -> AppBsky.Feed.Defs.ThreadgateView? {
    guard let gate = data.posts.gates[root], let record = try? gate.record.stored.verbatim() else {
      return nil
    }
    return AppBsky.Feed.Defs.ThreadgateView(
      uri: FormatString(gate.record.uri),
      cid: FormatString(gate.record.cid.string),
      record: record,
      lists: gate.listURIs.compactMap { RecordAddress($0).flatMap { listBasic($0) } }
    )
  }

  private func viewerState(_ post: IndexRecord<Post>) -> AppBsky.Feed.Defs.ViewerState? {
    guard let viewer = data.viewer else { return nil }
    let isReplyDisabled = (data.posts.roots[post.address] ?? []).contains { root in
      data.posts.gates[root]?.permits(viewer) == false
    }
    let pinned = data.actors.profiles[viewer]?.value.pinnedPost?.uri.string
    return AppBsky.Feed.Defs.ViewerState(
      repost: data.reposts[post.uri].map { FormatString($0.uri) },
      like: data.likes[post.uri].map { FormatString($0.uri) },
      threadMuted: false,
      replyDisabled: isReplyDisabled ? true : nil,
      embeddingDisabled: data.isEmbeddingDisabled(post.address, for: viewer),
      pinned: pinned == post.uri
    )
  }

  private func replyReference(_ address: RecordAddress) -> AppBsky.Feed.Defs.ReplyRef? {
    guard let post = data.posts.records[address], let reply = post.value.reply,
      !data.isRefused(address)
    else { return nil }
    let parent = post.value.parentAddress
    let grandparent = parent.flatMap { data.posts.records[$0]?.value.parentAddress?.did }
    // A root is not shown across a block of the author of the reply or of its parent.
    let isAcross =
      parent.map { parent in
        post.value.rootAddress.map { data.hasBlock(parent.did, $0.did) } ?? false
      } ?? false
    return AppBsky.Feed.Defs.ReplyRef(
      root: reference(reply.root.uri.string, from: address.did, isAcrossBlock: isAcross).root,
      parent: reference(reply.parent.uri.string, from: address.did).parent,
      grandparentAuthor: grandparent.flatMap { profileBasic($0) }
    )
  }

  /// What is shown of a post to which another one replies.
  enum Reference {
    case post(AppBsky.Feed.Defs.PostView)
    case notFound(AppBsky.Feed.Defs.NotFoundPost)
    case blocked(AppBsky.Feed.Defs.BlockedPost)
  }

  /// What is shown of a post to which an account replies.
  func reference(_ uri: String, from replier: DID, isAcrossBlock: Bool = false) -> Reference {
    guard let address = RecordAddress(uri), data.post(address) != nil else {
      return .notFound(AppBsky.Feed.Defs.NotFoundPost(uri: FormatString(uri), notFound: true))
    }
    if isAcrossBlock || data.isBlocked(address.did) || data.hasBlock(replier, address.did) {
      return .blocked(blockedPost(address))
    }
    guard let view = post(address) else {
      return .notFound(AppBsky.Feed.Defs.NotFoundPost(uri: FormatString(uri), notFound: true))
    }
    return .post(view)
  }
}

extension ViewBuilder.Reference {
  fileprivate var root: AppBsky.Feed.Defs.ReplyRef.Root {
    switch self {
    case .post(let post): .postView(post)
    case .notFound(let post): .notFoundPost(post)
    case .blocked(let post): .blockedPost(post)
    }
  }

  fileprivate var parent: AppBsky.Feed.Defs.ReplyRef.Parent {
    switch self {
    case .post(let post): .postView(post)
    case .notFound(let post): .notFoundPost(post)
    case .blocked(let post): .blockedPost(post)
    }
  }
}
