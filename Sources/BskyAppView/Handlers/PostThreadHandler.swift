import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI
import LexiconIndex
import XRPCServer

/// `app.bsky.feed.getPostThread`
struct PostThreadHandler: AppBsky.Feed.GetPostThread.IndexHandler {
  static let requiredCollections = [Collections.post]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.GetPostThread>
  ) async throws -> AppBsky.Feed.GetPostThread.Output {
    let parameters = request.parameters
    let (thread, views) = try await Views(request.context, pictures).load { loader in
      try loader.index.address(parameters.uri).flatMap { address in
        try loader.loadThread(
          of: address,
          depth: parameters.depth,
          parentHeight: parameters.parentHeight
        )
      }
    }
    guard let thread, views.data.post(thread.anchor) != nil else {
      throw AppBsky.Feed.GetPostThread.Failure.notFound(
        message: "Post not found: \(parameters.uri.string)"
      )
    }
    if views.data.isBlocked(thread.anchor.did) {
      return AppBsky.Feed.GetPostThread.Output(
        thread: .blockedPost(views.blockedPost(thread.anchor))
      )
    }
    guard let view = views.thread(thread) else {
      throw AppBsky.Feed.GetPostThread.Failure.notFound(
        message: "Post not found: \(parameters.uri.string)"
      )
    }
    return AppBsky.Feed.GetPostThread.Output(
      thread: .threadViewPost(view),
      threadgate: views.gate(ofThreadWith: thread.anchor)
    )
  }
}

/// The posts around a post.
struct PostThread: Sendable {
  let anchor: RecordAddress
  /// From the parent of the anchor upwards, as far as there are posts.
  var ancestors: [RecordAddress] = []
  /// By the post to which they reply, oldest first.
  var replies: [RecordAddress: [RecordAddress]] = [:]

  /// The most levels of parents, and of replies. Each level of replies nests two deeper, and
  /// clients bound the depth of what they decode.
  static let maximumHeight = 200
  static let maximumDepth = 100
  /// The most replies of a response.
  static let maximumReplies = 1_000
}

extension ViewLoader {
  /// Loads the posts around a post; nil if there is none.
  mutating func loadThread(
    of anchor: RecordAddress,
    depth: Int,
    parentHeight: Int
  ) throws -> PostThread? {
    try fetch([anchor])
    guard data.posts.records[anchor] != nil else { return nil }
    var thread = PostThread(anchor: anchor)
    var seen: Set<RecordAddress> = [anchor]
    try findAncestors(&thread, &seen, height: min(parentHeight, PostThread.maximumHeight))
    try findReplies(&thread, &seen, depth: min(depth, PostThread.maximumDepth))
    try loadPosts([anchor] + thread.ancestors + thread.replies.values.flatMap(\.self))
    return thread
  }

  /// Walks upwards until a post is not stored, or was seen already.
  private mutating func findAncestors(
    _ thread: inout PostThread,
    _ seen: inout Set<RecordAddress>,
    height: Int
  ) throws {
    var child = thread.anchor
    while thread.ancestors.count < height,
      let parent = data.posts.records[child]?.value.reply
        .flatMap({ RecordAddress($0.parent.uri.string) }),
      parent.isPost, seen.insert(parent).inserted
    {
      try fetch([parent])
      guard data.posts.records[parent] != nil else { break }
      thread.ancestors.append(parent)
      child = parent
    }
  }

  /// Walks downwards, one level in a few reads.
  private mutating func findReplies(
    _ thread: inout PostThread,
    _ seen: inout Set<RecordAddress>,
    depth: Int
  ) throws {
    var level = [thread.anchor]
    var count = 0
    for _ in 0..<depth where !level.isEmpty {
      var next: [RecordAddress] = []
      for chunk in level.chunks(of: 100) {
        var cursor: String?
        repeat {
          let page = try index.query(
            Post.self,
            IndexQuery()
              .where("reply.parent.uri", .isOneOf(chunk.map { .text($0.uri) }))
              .ordered(by: "$sortAt", isDescending: false),
            after: cursor,
            limit: PostThread.maximumReplies
          )
          for reply in page.records {
            guard count < PostThread.maximumReplies,
              let parent = reply.value.reply.flatMap({ RecordAddress($0.parent.uri.string) }),
              seen.insert(reply.address).inserted
            else { continue }
            data.posts.records[reply.address] = reply
            thread.replies[parent, default: []].append(reply.address)
            next.append(reply.address)
            count += 1
          }
          cursor = count < PostThread.maximumReplies ? page.cursor : nil
        } while cursor != nil
      }
      level = next
    }
  }
}

extension ViewBuilder {
  /// The view of a thread; nil if its anchor is not shown.
  func thread(_ thread: PostThread) -> AppBsky.Feed.Defs.ThreadViewPost? {
    guard let post = post(thread.anchor) else { return nil }
    return AppBsky.Feed.Defs.ThreadViewPost(
      post: post,
      parent: data.isRefused(thread.anchor)
        ? nil : parent(of: thread.anchor, thread.ancestors[...]),
      replies: data.isRefused(thread.anchor) ? nil : replies(to: thread.anchor, thread)
    )
  }

  /// The gate of the thread that a post belongs to.
  func gate(ofThreadWith address: RecordAddress) -> AppBsky.Feed.Defs.ThreadgateView? {
    (data.posts.roots[address] ?? []).sorted { $0.uri < $1.uri }.lazy
      .compactMap { threadgate(of: $0) }.first
  }

  private func parent(
    of child: RecordAddress,
    _ ancestors: ArraySlice<RecordAddress>
  ) -> AppBsky.Feed.Defs.ThreadViewPost.Parent? {
    guard let uri = data.posts.records[child]?.value.reply?.parent.uri.string else { return nil }
    if let next = ancestors.first {
      switch reference(uri, from: child.did) {
      case .notFound(let post): return .notFoundPost(post)
      case .blocked(let post): return .blockedPost(post)
      case .post(let view):
        return .threadViewPost(
          AppBsky.Feed.Defs.ThreadViewPost(
            post: view,
            parent: data.isRefused(next) ? nil : parent(of: next, ancestors.dropFirst())
          )
        )
      }
    }
    // The parent was not loaded: it is not stored, or it is above the height that was asked for, or
    // the posts reply to each other in a circle.
    let isStored = RecordAddress(uri).map { data.posts.records[$0] != nil } ?? false
    return isStored
      ? nil
      : .notFoundPost(AppBsky.Feed.Defs.NotFoundPost(uri: FormatString(uri), notFound: true))
  }

  /// Replies that the thread's gate refuses, and those across a block of two authors, are left out.
  private func replies(
    to parent: RecordAddress,
    _ thread: PostThread
  ) -> [AppBsky.Feed.Defs.ThreadViewPost.RepliesItem] {
    (thread.replies[parent] ?? []).compactMap { reply in
      guard !data.isRefused(reply), !data.hasBlock(reply.did, parent.did),
        let post = post(reply)
      else { return nil }
      if data.isBlocked(reply.did) { return .blockedPost(blockedPost(reply)) }
      return .threadViewPost(
        AppBsky.Feed.Defs.ThreadViewPost(post: post, replies: replies(to: reply, thread))
      )
    }
  }
}
