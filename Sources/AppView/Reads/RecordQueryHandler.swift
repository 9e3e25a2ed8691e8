import ATProtoData
import ATProtoSyntax
import DevLexgenAPI
import LexiconIndex
import XRPC
import XRPCServer

/// `dev.lexgen.index`: queries, counts, and searches of any collection with a lexicon, for everyone.
struct RecordQueryHandler: DevLexgen.Index.Handler {
  let reads: IndexReads
  let collections: IndexedCollections
  let status: IndexStatus

  /// The stream of changes has a route of its own.
  var routes: [XRPCRoute] {
    DevLexgen.Index.routes(self).filter { $0.nsid != DevLexgen.Index.SubscribeRecords.nsid }
  }

  func queryRecords(
    _ request: XRPCRequest<DevLexgen.Index.QueryRecords>
  ) async throws -> DevLexgen.Index.QueryRecords.Output {
    let parameters = request.parameters
    let isDescending = parameters.order == .desc
    let scope = Self.scope(
      "queryRecords",
      parameters.collection.string,
      parameters.where,
      parameters.repo?.map(\.string),
      parameters.sort,
      "\(isDescending)"
    )
    let (records, next) = try await page(
      QueryTexts(
        collection: try parameters.collection.parsed(),
        conditions: parameters.where ?? [],
        repos: try parameters.repo?.map { text throws in try text.parsed() }
      ),
      .filter,
      limit: parameters.limit,
      cursor: parameters.cursor,
      scope: scope
    ) { plan, query throws(IndexQueryError) in
      query.order = try plan.order(parameters.sort, isDescending: isDescending)
    }
    return DevLexgen.Index.QueryRecords.Output(cursor: next, records: records)
  }

  func searchRecords(
    _ request: XRPCRequest<DevLexgen.Index.SearchRecords>
  ) async throws -> DevLexgen.Index.SearchRecords.Output {
    let parameters = request.parameters
    let texts = QueryTexts(
      collection: try parameters.collection.parsed(),
      conditions: parameters.where ?? [],
      repos: try parameters.repo?.map { text throws in try text.parsed() }
    )
    let scope = Self.scope(
      "searchRecords",
      parameters.collection.string,
      parameters.where,
      parameters.repo?.map(\.string),
      parameters.q,
      (parameters.field ?? []).joined(separator: "\n")
    )
    let prepare: Preparation = { plan, query throws(IndexQueryError) in
      query.search = try plan.search(parameters.q, fields: parameters.field)
    }
    let (records, next) = try await page(
      texts,
      .search,
      limit: parameters.limit,
      cursor: parameters.cursor,
      scope: scope,
      prepare
    )
    let query = try query(texts, prepare)
    // Common words are in millions of records: they are found, even if they cannot be counted.
    let total = try await reads.optional(.search) { snapshot in
      try snapshot.records.count(query.of(texts.repos, in: snapshot)).records
    }
    return DevLexgen.Index.SearchRecords.Output(
      cursor: next,
      hitsTotal: total,
      records: records
    )
  }

  func countRecords(
    _ request: XRPCRequest<DevLexgen.Index.CountRecords>
  ) async throws -> DevLexgen.Index.CountRecords.Output {
    let parameters = request.parameters
    let texts = QueryTexts(
      collection: try parameters.collection.parsed(),
      conditions: parameters.where ?? [],
      repos: try parameters.repo?.map { text throws in try text.parsed() }
    )
    let query = try query(texts)
    let grouping = try parameters.groupBy.map { path throws in
      try Self.describing { () throws(IndexQueryError) in
        try plan(of: texts.collection).grouping(path)
      }
    }
    let (count, groups) = try await reads.read(.filter) { snapshot in
      let query = try query.of(texts.repos, in: snapshot)
      let groups = try grouping.map { field in
        try snapshot.records.groups(query, by: field, limit: parameters.limit).map { group in
          DevLexgen.Index.CountRecords.Group(value: group.value.decimalText, count: group.count)
        }
      }
      return (try snapshot.records.count(query), groups)
    }
    return DevLexgen.Index.CountRecords.Output(
      count: count.records,
      distinctRepos: count.accounts,
      groups: groups
    )
  }

  func getStatus(
    _ request: XRPCRequest<DevLexgen.Index.GetStatus>
  ) async throws -> DevLexgen.Index.GetStatus.Output {
    try await status.output()
  }
}

// MARK: Queries

extension RecordQueryHandler {
  /// The parts of a query that all methods have.
  private struct QueryTexts: Sendable {
    var collection: NSID
    var conditions: [String]
    var repos: [ATIdentifier]?
  }

  private typealias Preparation =
    @Sendable (CollectionPlan, inout RecordQuery) throws(IndexQueryError) -> Void

  private func page(
    _ texts: QueryTexts,
    _ weight: IndexReads.Weight,
    limit: Int,
    cursor: String?,
    scope: String,
    _ prepare: Preparation
  ) async throws -> ([DevLexgen.Index.Defs.RecordView], String?) {
    var query = try query(texts, prepare)
    query.limit = limit
    query.after = try cursor.map { text throws in
      try Self.describing { () throws(IndexQueryError) in
        try RecordPosition(cursor: text, scope: scope)
      }
    }
    let page = try await reads.read(weight) { [query] snapshot in
      try snapshot.records.query(query.of(texts.repos, in: snapshot))
    }
    return (
      try page.elements.map { record throws in try DevLexgen.Index.Defs.RecordView(record) },
      page.next?.cursor(scope: scope)
    )
  }

  private func query(
    _ texts: QueryTexts,
    _ prepare: Preparation = { _, _ in }
  ) throws -> RecordQuery {
    try Self.describing { () throws(IndexQueryError) in
      let plan = try plan(of: texts.collection)
      var query = RecordQuery(collection: plan.collection)
      for text in texts.conditions { query.conditions.append(try plan.condition(text)) }
      try prepare(plan, &query)
      return query
    }
  }

  private func plan(of collection: NSID) throws(IndexQueryError) -> CollectionPlan {
    guard let plan = collections.plan[collection] else {
      throw IndexQueryError(
        .unknownCollection,
        "no record lexicon of the name \(collection) is loaded, or its records are not indexed"
      )
    }
    return plan
  }

  /// What a cursor belongs to. Conditions have no order.
  private static func scope(
    _ method: String,
    _ collection: String,
    _ conditions: [String]?,
    _ repos: [String]?,
    _ rest: String...
  ) -> String {
    let parts =
      [method, collection, (conditions ?? []).sorted().joined(separator: "\n")]
      + [repos.map { $0.sorted().joined(separator: "\n") } ?? "*"] + rest
    return parts.joined(separator: "\0")
  }

  private static func describing<Value>(
    _ body: () throws(IndexQueryError) -> Value
  ) throws(XRPCServerError) -> Value {
    do {
      return try body()
    } catch {
      throw XRPCServerError(error)
    }
  }
}

extension RecordQuery {
  /// The query for the accounts that a request names, of which unknown ones match nothing.
  fileprivate func of(
    _ repos: [ATIdentifier]?,
    in snapshot: any IndexSnapshot
  ) throws -> RecordQuery {
    guard let repos else { return self }
    var query = self
    query.repos = try snapshot.accounts.dids(repos)
    return query
  }
}

extension DevLexgen.Index.Defs.RecordView {
  /// Throws an error if the stored record cannot be decoded.
  init(_ record: IndexedRecord) throws {
    self.init(
      uri: FormatString(record.uri),
      cid: FormatString(record.cid.string),
      value: try record.verbatim(),
      indexedAt: FormatString(datetime: record.indexedAt)
    )
  }
}

extension FormatString<Datetime> {
  /// - Parameter microseconds: since the Unix epoch.
  init(datetime microseconds: Int64) {
    let instant = Datetime.Instant(microseconds: microseconds)
    // The format has no years after 9999.
    self = Datetime(instant, fractionDigits: 6).map { FormatString($0) } ?? FormatString("")
  }
}

extension Datetime.Instant {
  init(microseconds: Int64) {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    self.init(seconds: seconds, nanoseconds: Int32(rest * 1000))
  }

  /// Microseconds since the Unix epoch.
  var sinceEpoch: Int64 { seconds * 1_000_000 + Int64(nanoseconds / 1000) }
}

extension IndexValue {
  /// The value as text: numbers and booleans as in JSON, datetimes in UTC.
  var decimalText: String {
    switch self {
    case .integer(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .instant(let value): FormatString<Datetime>(datetime: value).string
    case .text(let value): value
    }
  }
}
