import ATProtoSyntax
import AppBskyAPI
import AppView
import LexiconIndex
import XRPC
import XRPCServer

/// `app.bsky.feed.searchPosts`: the newest posts with all of the words in their text. `sort` has no
/// effect: nothing here says which posts are the top ones.
struct SearchPostsHandler: AppBsky.Feed.SearchPosts.IndexHandler {
  static let requiredCollections = [Collections.post]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.SearchPosts>
  ) async throws -> AppBsky.Feed.SearchPosts.Output {
    let parameters = request.parameters
    let filter = PostFilter(parameters)
    let views = Views(request.context, pictures)
    let bounds = try TimeBounds(since: parameters.since, until: parameters.until)
    let (query, _) = try await views.load { try $0.index.postQuery(parameters) }
    // An account that is not known has not written, and is not mentioned by, anything.
    guard let query else { return AppBsky.Feed.SearchPosts.Output(hitsTotal: 0, posts: []) }
    var scope = parameters
    scope.cursor = nil
    scope.limit = 1
    let page = try await Views.page(
      limit: parameters.limit,
      after: parameters.cursor,
      scope: "\(AppBsky.Feed.SearchPosts.nsid) \(scope.query)"
    ) { position, limit in
      let (batch, builder) = try await views.load { loader in
        var query = query
        query.after = position ?? bounds.start
        query.limit = filter.isEmpty ? limit : max(limit, Views.batchSize)
        let page = try loader.index.snapshot.records.query(query)
        let records = page.elements.prefix { bounds.includes($0) }
        let rows = records.map { record in
          (row: filter.includes(record) ? record.address : nil, position: record.position)
        }
        try loader.loadPosts(rows.compactMap(\.row))
        return Views.Batch(rows: rows, next: records.count < page.elements.count ? nil : page.next)
      }
      return Views.Batch(
        rows: batch.rows.map { address, position in
          let view = address.flatMap { address in
            builder.data.isBlocked(address.did) ? nil : builder.post(address)
          }
          return (view, position)
        },
        next: batch.next
      )
    }
    let hits = try await request.index.hits(of: bounds.conditions(on: query), filter)
    return AppBsky.Feed.SearchPosts.Output(
      cursor: page.cursor,
      hitsTotal: hits,
      posts: page.rows
    )
  }
}

/// What the index does not compare: tags in any case, and links.
struct PostFilter: Sendable {
  private let tags: Set<String>
  private let domain: String?
  private let url: String?

  init(_ parameters: AppBsky.Feed.SearchPosts.Parameters) {
    tags = Set((parameters.tag ?? []).map { $0.lowercased() })
    domain = parameters.domain.map { Self.withoutWWW($0.lowercased()) }
    url = parameters.url?.string
  }

  var isEmpty: Bool { tags.isEmpty && domain == nil && url == nil }

  func includes(_ record: IndexedRecord) -> Bool {
    guard !isEmpty else { return true }
    guard let post = IndexRecord<Post>(record)?.value else { return false }
    var own = Set((post.tags ?? []).map { $0.lowercased() })
    var links: [String] = []
    for feature in (post.facets ?? []).flatMap(\.features) {
      switch feature {
      case .tag(let tag): own.insert(tag.tag.lowercased())
      case .link(let link): links.append(link.uri.string)
      case .mention, .unknown: continue
      }
    }
    switch post.embed {
    case .external(let embed): links.append(embed.external.uri.string)
    case .recordWithMedia(let embed):
      if case .external(let media) = embed.media { links.append(media.external.uri.string) }
    default: break
    }
    return tags.isSubset(of: own)
      && (url.map { links.contains($0) } ?? true)
      && (domain.map { domain in links.contains { Self.host(of: $0) == domain } } ?? true)
  }

  private static func host(of url: String) -> String? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    var authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
    if let at = authority.lastIndex(of: "@") {
      authority = authority[authority.index(after: at)...]
    }
    let host = authority.prefix { $0 != ":" }.lowercased()
    return withoutWWW(host)
  }

  private static func withoutWWW(_ host: String) -> String {
    host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
  }
}

/// The times between which posts are searched. They are in the order of the results, so what is
/// outside is not read.
struct TimeBounds: Sendable {
  private let since: Int64?
  private let until: Int64?

  init(since: String?, until: String?) throws {
    self.since = try since.map { try Self.instant($0) }
    self.until = try until.map { try Self.instant($0) }
  }

  /// The position before the newest post that may be found; nil for the beginning of the list.
  var start: RecordPosition? {
    // No URI is empty, so all posts of this time are before the position.
    until.map { RecordPosition(value: .instant($0), uri: "") }
  }

  /// Whether a post is not too old.
  func includes(_ record: IndexedRecord) -> Bool {
    since.map { record.sortAt >= $0 } ?? true
  }

  /// A query with the bounds as conditions, to count what is within them.
  func conditions(on query: RecordQuery) -> RecordQuery {
    var query = query
    if let since { query.conditions.append(Self.condition(.greaterOrEqual(.instant(since)))) }
    if let until { query.conditions.append(Self.condition(.less(.instant(until)))) }
    return query
  }

  private static func condition(_ test: FieldCondition.Test) -> FieldCondition {
    FieldCondition(field: .builtIn(.sortAt), test: test)
  }

  /// A time in microseconds: a datetime, or a date, which begins at midnight in UTC.
  private static func instant(_ text: String) throws -> Int64 {
    guard let time = (try? Datetime(text)) ?? (try? Datetime("\(text)T00:00:00Z")) else {
      throw XRPCServerError.invalidRequest("'\(text.prefix(64))' is not a valid datetime or date")
    }
    return time.microseconds
  }
}

extension IndexReader {
  /// The most posts that are looked at to count those that a filter lets through.
  private static let countedPosts = 1_000
  /// The longest time for counting: all hits are read, and a common word has very many.
  private static let countingTime = Duration.milliseconds(400)

  /// The number of posts that a search finds: at most ``countedPosts`` if each has to be looked at,
  /// and nil if it takes too long.
  fileprivate func hits(of query: RecordQuery, _ filter: PostFilter) async throws -> Int? {
    do {
      return try await read(within: Self.countingTime) { index in
        guard !filter.isEmpty else { return try index.snapshot.records.count(query).records }
        var query = query
        query.limit = Self.countedPosts
        return try index.snapshot.records.query(query).elements.count { filter.includes($0) }
      }
    } catch let error as AppViewStoreError where error.code == .deadline {
      return nil
    }
  }
}

extension IndexState {
  /// The query of a search; nil if it names an account that is not known.
  fileprivate func postQuery(
    _ parameters: AppBsky.Feed.SearchPosts.Parameters
  ) throws -> RecordQuery? {
    let plan = try collectionPlan(Post.self)
    var query = RecordQuery(collection: Collections.post)
    query.search = try plan.search(parameters.q, fields: ["text"])
    if let author = parameters.author {
      guard let account = try author.parsed().account(in: self) else { return nil }
      query.repos = [account]
    }
    if let mentions = parameters.mentions {
      guard let account = try mentions.parsed().account(in: self) else { return nil }
      query.conditions.append(
        FieldCondition(
          field: try plan.field("facets[].features[app.bsky.richtext.facet#mention].did"),
          test: .equal(.text(account.string))
        )
      )
    }
    if let language = parameters.lang {
      query.conditions.append(
        FieldCondition(field: try plan.field("langs[]"), test: .equal(.text(language.string)))
      )
    }
    return query
  }
}

extension ATIdentifier {
  fileprivate func account(in index: IndexState) throws -> DID? {
    switch self {
    case .did(let did): did
    case .handle: try index.account(self)?.did
    }
  }
}

extension Datetime {
  /// The time in microseconds since the Unix epoch.
  var microseconds: Int64 {
    // The seconds of the years 0000 to 9999 have 12 digits.
    instant.seconds * 1_000_000 + Int64(instant.nanoseconds / 1000)
  }
}
