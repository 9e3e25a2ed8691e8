import ATProtoSyntax
import AppView
import LexiconIndex

struct SQLiteIndexLinks: LinkReading {
  let tables: IndexTables

  var session: SQLiteSession { tables.session }

  /// The group of the links from a source to a target; nil if there are none.
  func group(_ target: String, _ source: LinkSource) throws -> Int64? {
    guard let collection = try tables.collection(source.collection),
      let id = try tables.source(collection.id, source.path)
    else { return nil }
    return try tables.group(target, id)
  }

  /// The most accounts whose links are merged.
  private static let mergedAccounts = 100

  /// The visible links of a query in its order, after a position.
  func candidates(_ query: LinkQuery, after: RecordPosition?, limit: Int) throws -> [Candidate] {
    guard let group = try group(query.target, query.source) else { return [] }
    let isDescending = !query.isReversed
    let accounts = try query.repos.map { repos in
      Set(try repos.compactMap { try tables.account($0) }.filter(\.isVisible).map(\.id))
    }
    let sources: [CandidateSource] =
      if let accounts, accounts.count <= Self.mergedAccounts {
        accounts.map { .links(group, of: $0) }
      } else {
        [.links(group)]
      }
    guard !sources.isEmpty else { return [] }
    let bound = TimeOrdered.bound(after, isDescending: isDescending)
    let streams = MergedCandidates(
      streams: sources.map { source in
        CandidateStream(
          session,
          source,
          collection: query.source.collection.string,
          isDescending: isDescending,
          from: bound,
          batch: sources.count > 8 ? 4 : limit
        )
      },
      isDescending: isDescending
    )
    var found = TimeOrdered(
      isDescending: isDescending,
      after: after,
      limit: limit,
      { try streams.next() },
      where: { candidate in accounts?.contains(candidate.account) ?? true }
    )
    return try found.prefix()
  }

  func page(_ query: LinkQuery) throws -> IndexPage<LinkedRecord, RecordPosition> {
    let found = try candidates(query, after: query.after, limit: query.limit + 1)
    let page = found.prefix(query.limit)
    return IndexPage(
      try page.map { try $0.link(query.source.collection) },
      next: found.count > query.limit ? page.last?.position : nil
    )
  }

  // MARK: Counts

  func count(_ target: String, _ source: LinkSource, repos: [DID]?) throws -> LinkCount {
    guard let group = try group(target, source) else { return LinkCount() }
    let counters = LinkCounters(tables: tables)
    guard let repos else { return try counters.count(group) }
    var count = LinkCount()
    for did in Set(repos) {
      guard let account = try tables.account(did), account.isVisible else { continue }
      let links = try counters.visibleLinks(group, account.id)
      count.records += links
      count.accounts += links > 0 ? 1 : 0
    }
    return count
  }

  func counts(_ keys: [(target: String, source: LinkSource)]) throws -> [LinkCount] {
    try keys.map { try count($0.target, $0.source, repos: nil) }
  }

  // MARK: Accounts

  func accounts(
    _ target: String,
    _ source: LinkSource,
    after position: RecordPosition?,
    limit: Int
  ) throws -> IndexPage<DID, RecordPosition> {
    guard let group = try group(target, source) else { return IndexPage([]) }
    let stream = CandidateStream(
      session,
      .links(group),
      collection: source.collection.string,
      isDescending: true,
      from: TimeOrdered.bound(position, isDescending: true),
      batch: limit + 1
    )
    var ordered = TimeOrdered(
      isDescending: true,
      after: position,
      limit: limit + 1,
      { try stream.next() },
      where: { try isNewest($0, group) }
    )
    let found = try ordered.prefix()
    let page = found.prefix(limit)
    return IndexPage(
      try page.map { try DID($0.did) },
      next: found.count > limit ? page.last?.position : nil
    )
  }

  /// Whether a link is the first one of its account in the group. An account may have millions of
  /// links, so this ends with the first one that precedes it.
  private func isNewest(_ candidate: Candidate, _ group: Int64) throws -> Bool {
    let block = RecordID.block(at: candidate.sortAt)
    let source = CandidateSource.links(group, of: candidate.account)
    var hasLater = false
    try session.forEach(
      source.select("1") + " AND s.record > ? LIMIT 1",
      source.arguments + [.integer(block.upperBound)]
    ) { _ in hasLater = true }
    if hasLater { return false }
    // Records of one account and collection are in the order of their keys.
    try session.forEach(
      source.select("1") + """
         AND s.record BETWEEN ? AND ? AND (r.sortAt > ? OR r.sortAt = ? AND r.rkey > ?) LIMIT 1
        """,
      source.arguments + [
        .integer(block.lowerBound), .integer(block.upperBound), .integer(candidate.sortAt),
        .integer(candidate.sortAt), .text(candidate.recordKey),
      ]
    ) { _ in hasLater = true }
    return !hasLater
  }

  func links(
    from did: DID,
    to targets: [String],
    _ source: LinkSource
  ) throws -> [String: LinkedRecord] {
    var found: [String: LinkedRecord] = [:]
    for target in targets {
      var query = LinkQuery(target: target, source: source)
      query.repos = [did]
      found[target] = try candidates(query, after: nil, limit: 1).first?.link(source.collection)
    }
    return found
  }
}
