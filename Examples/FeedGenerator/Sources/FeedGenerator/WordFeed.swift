import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import DevLexgenAPI
import Synchronization
import XRPC
import XRPCClient

/// The posts that contain a word, as an app view indexes them.
final class WordFeed: AppBsky.Feed.Handler {
  /// The URIs of posts, oldest first, by the sequence numbers of their events.
  private let posts = Mutex<[(seq: Int, uri: String)]>([])
  private let did: String
  private let uri: String
  private let word: String

  init(did: String, uri: String, word: String) {
    self.did = did
    self.uri = uri
    self.word = word
  }

  var routes: [XRPCRoute] {
    AppBsky.Feed.routes(self).filter {
      [AppBsky.Feed.GetFeedSkeleton.nsid, AppBsky.Feed.DescribeFeedGenerator.nsid].contains($0.nsid)
    }
  }

  func describeFeedGenerator(
    _ request: XRPCRequest<AppBsky.Feed.DescribeFeedGenerator>
  ) async throws -> AppBsky.Feed.DescribeFeedGenerator.Output {
    .init(did: FormatString(did), feeds: [.init(uri: FormatString(uri))])
  }

  func getFeedSkeleton(
    _ request: XRPCRequest<AppBsky.Feed.GetFeedSkeleton>
  ) async throws -> AppBsky.Feed.GetFeedSkeleton.Output {
    guard request.parameters.feed.string == uri else {
      throw AppBsky.Feed.GetFeedSkeleton.Failure.unknownFeed(message: nil)
    }
    let before = request.parameters.cursor.flatMap { Int($0) } ?? .max
    let older = posts.withLock { $0.filter { $0.seq < before } }
    let page = older.suffix(request.parameters.limit).reversed()
    return .init(
      cursor: older.count > page.count ? page.last.map { "\($0.seq)" } : nil,
      feed: page.map { .init(post: FormatString($0.uri)) }
    )
  }

  /// Follows the posts of an app view, reconnecting as needed. The app view has verified them.
  func follow(_ client: XRPCClient) async throws {
    let messages = client.resume(
      DevLexgen.Index.SubscribeRecords.self,
      from: MemoryCursorStore(nil),
      sequence: { if case .record(let event) = $0 { event.seq } else { nil } },
      parameters: { .init(collections: [AppBsky.Feed.Post.nsid], cursor: $0) },
      recovery: { _ in .leaveOut }
    )
    for try await case .record(let event) in messages {
      let uri = "at://\(event.did)/\(event.collection)/\(event.rkey)"
      let text = event.record?["text"]?.string ?? ""
      let isWanted = event.action != .delete && text.lowercased().contains(word.lowercased())
      posts.withLock { posts in
        posts.removeAll { $0.uri == uri }
        if isWanted { posts.append((event.seq, uri)) }
        if posts.count > 1_000 { posts.removeFirst() }
      }
    }
  }
}
