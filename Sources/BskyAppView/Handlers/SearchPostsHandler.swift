import ATProtoSyntax
import AppBskyAPI
import AppView
import LexiconIndex
import XRPC
import XRPCServer

/// `app.bsky.feed.searchPosts`: the newest posts with all of the words in their text. `sort` has no
/// effect.
struct SearchPostsHandler: AppBsky.Feed.SearchPosts.IndexHandler {
  static let requiredCollections = [Collections.post]
  let pictures: PictureURLs

  func respond(
    to request: IndexRequest<AppBsky.Feed.SearchPosts>
  ) async throws -> AppBsky.Feed.SearchPosts.Output {
    let parameters = request.parameters
    let filter = PostFilter(parameters)
    let views = Views(request.context, pictures)
    let (found, _) = try await views.load { loader in
      try loader.index.postQuery(parameters).map { ($0, try loader.index.hits(of: $0, filter)) }
    }
    // An account that is not known has not written, and is not mentioned by, anything.
    guard let (query, hits) = found else {
      return AppBsky.Feed.SearchPosts.Output(hitsTotal: 0, posts: [])
    }
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
        query.after = position
        query.limit = filter.isEmpty ? limit : max(limit, Views.batchSize)
        let page = try loader.index.snapshot.records.query(query)
        let rows = page.elements.map { record in
          (row: filter.includes(record) ? record.address : nil, position: record.position)
        }
        try loader.loadPosts(rows.compactMap(\.row))
        return Views.Batch(rows: rows, next: page.next)
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
    tags = Set((parameters.tag ?? []).map { Self.folded($0) })
    domain = parameters.domain.map { $0.lowercased() }
    url = parameters.url?.string
  }

  var isEmpty: Bool { tags.isEmpty && domain == nil && url == nil }

  func includes(_ record: IndexedRecord) -> Bool {
    guard !isEmpty else { return true }
    guard let post = IndexRecord<Post>(record)?.value else { return false }
    var own = Set((post.tags ?? []).map { Self.folded($0) })
    var links: [String] = []
    for feature in (post.facets ?? []).flatMap(\.features) {
      switch feature {
      case .tag(let tag): own.insert(Self.folded(tag.tag))
      case .link(let link): links.append(link.uri.string)
      case .mention, .unknown: continue
      }
    }
    if case .external(let embed) = post.embed { links.append(embed.external.uri.string) }
    return tags.isSubset(of: own)
      && (url.map { links.contains($0) } ?? true)
      && (domain.map { domain in links.contains { Self.host(of: $0) == domain } } ?? true)
  }

  private static func folded(_ tag: String) -> String {
    let words = SearchWords.words(in: tag)
    return words.isEmpty ? tag.lowercased() : words.joined(separator: " ")
  }

  private static func host(of url: String) -> String? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    var authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
    if let at = authority.lastIndex(of: "@") {
      authority = authority[authority.index(after: at)...]
    }
    let host = authority.prefix { $0 != ":" }.lowercased()
    return host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
  }
}

extension IndexState {
  /// The most posts that are looked at to count those that a filter lets through.
  private static let countedPosts = 1_000

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
    for (text, isLowerBound) in [(parameters.since, true), (parameters.until, false)] {
      guard let text else { continue }
      let bound = IndexValue.instant(try Self.instant(text))
      query.conditions.append(
        FieldCondition(
          field: .builtIn(.sortAt),
          test: isLowerBound ? .greaterOrEqual(bound) : .less(bound)
        )
      )
    }
    return query
  }

  /// The number of posts that a search finds: at most ``countedPosts`` if each has to be looked at.
  fileprivate func hits(of query: RecordQuery, _ filter: PostFilter) throws -> Int {
    guard !filter.isEmpty else { return try snapshot.records.count(query).records }
    var query = query
    query.limit = Self.countedPosts
    return try snapshot.records.query(query).elements.count { filter.includes($0) }
  }

  /// A time in microseconds: a datetime, or a date, which begins at midnight in UTC.
  private static func instant(_ text: String) throws -> Int64 {
    guard let time = (try? Datetime(text)) ?? (try? Datetime("\(text)T00:00:00Z")) else {
      throw XRPCServerError.invalidRequest("'\(text.prefix(64))' is not a valid datetime or date")
    }
    return time.microseconds
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
