public import ATProtoData
public import ATProtoSyntax
public import LexiconIndex

/// A query for records of one type, with conditions on the fields of their lexicon.
///
///     try index.query(
///       AppBsky.Feed.Post.self,
///       IndexQuery()
///         .where("reply.parent.uri", .equal(.text(uri)))
///         .by([author])
///         .ordered(by: "createdAt", isDescending: false)
///     )
///
/// Paths are those of `dev.lexgen.index.queryRecords`: names joined by `.`, `[]` for any element of
/// an array, `[nsid#def]` for a member of a union. They are checked against the plan of the
/// collection when the query is made.
public struct IndexQuery: Hashable, Sendable {
  private struct Condition: Hashable {
    var path: String
    var test: FieldCondition.Test
  }

  private var conditions: [Condition] = []
  private var repos: [DID]?
  private var words: String?
  private var searchedFields: [String]?
  private var order: (path: String, isDescending: Bool)?

  /// Creates a query for all records, newest first.
  public init() {}

  /// Adds a condition on the values at a path. All conditions must hold.
  public func `where`(_ path: String, _ test: FieldCondition.Test) -> IndexQuery {
    var query = self
    query.conditions.append(Condition(path: path, test: test))
    return query
  }

  /// Only finds records of these accounts.
  public func by(_ dids: [DID]) -> IndexQuery {
    var query = self
    query.repos = dids
    return query
  }

  /// Only finds records with these words; see `dev.lexgen.index.searchRecords`.
  ///
  /// - Parameter fields: the paths of the fields to search; nil for all that have words.
  public func matching(_ words: String, in fields: [String]? = nil) -> IndexQuery {
    var query = self
    query.words = words
    query.searchedFields = fields
    return query
  }

  /// Orders by a field that has at most one value, instead of newest first.
  public func ordered(by path: String, isDescending: Bool = true) -> IndexQuery {
    var query = self
    query.order = (path, isDescending)
    return query
  }

  /// Resolves all paths.
  package func resolved(
    _ plan: CollectionPlan,
    limit: Int = 50
  ) throws(IndexQueryError) -> RecordQuery {
    var query = RecordQuery(collection: plan.collection, limit: limit)
    query.repos = repos
    for condition in conditions {
      query.conditions.append(
        FieldCondition(field: try plan.field(condition.path), test: condition.test)
      )
    }
    if let words { query.search = try plan.search(words, fields: searchedFields) }
    if let order { query.order = try plan.order(order.path, isDescending: order.isDescending) }
    return query
  }

  /// What a cursor belongs to.
  package func scope(_ collection: NSID) -> String {
    "query \(collection) \(conditions) \((repos ?? []).map(\.string)) \(repos == nil) "
      + "\(words ?? "") \(searchedFields ?? []) \(order?.path ?? "") \(order?.isDescending ?? true)"
  }

  /// Whether both find the same records.
  public static func == (lhs: IndexQuery, rhs: IndexQuery) -> Bool {
    lhs.conditions == rhs.conditions && lhs.repos == rhs.repos && lhs.words == rhs.words
      && lhs.searchedFields == rhs.searchedFields && lhs.order?.path == rhs.order?.path
      && lhs.order?.isDescending == rhs.order?.isDescending
  }

  /// Hashes all parts.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(conditions)
    hasher.combine(repos)
    hasher.combine(words)
    hasher.combine(searchedFields)
    hasher.combine(order?.path)
    hasher.combine(order?.isDescending)
  }
}

extension IndexState {
  /// The records that satisfy a query and conform to their lexicon.
  ///
  /// - Throws: `IndexQueryError` for a path that the lexicon does not have, a search without words,
  ///   or a cursor that is not one of this query.
  public func query<Record: LexiconRecord>(
    _ type: Record.Type,
    _ query: IndexQuery = IndexQuery(),
    after cursor: String? = nil,
    limit: Int = 50
  ) throws -> IndexRecords<Record> {
    let collection = try collectionPlan(type)
    let scope = query.scope(collection.collection)
    var resolved = try query.resolved(collection, limit: limit)
    resolved.after = try cursor.map { try RecordPosition(cursor: $0, scope: scope) }
    let page = try snapshot.records.query(resolved)
    return IndexRecords(
      records: page.elements.compactMap { IndexRecord($0) },
      cursor: page.next?.cursor(scope: scope)
    )
  }

  /// The records with some words, newest first.
  public func search<Record: LexiconRecord>(
    _ type: Record.Type,
    _ words: String,
    after cursor: String? = nil,
    limit: Int = 50
  ) throws -> IndexRecords<Record> {
    try query(type, IndexQuery().matching(words), after: cursor, limit: limit)
  }

  /// The number of records that satisfy a query, and of their accounts.
  public func count<Record: LexiconRecord>(
    _ type: Record.Type,
    _ query: IndexQuery = IndexQuery()
  ) throws -> LinkCount {
    try snapshot.records.count(query.resolved(collectionPlan(type)))
  }

  /// The records of a type by some accounts, newest first.
  public func timeline<Record: LexiconRecord>(
    _ type: Record.Type,
    of dids: [DID],
    after cursor: String? = nil,
    limit: Int = 50
  ) throws -> IndexRecords<Record> {
    let scope = "timeline \(Record.nsid) \(dids.map(\.string))"
    let page = try snapshot.records.timeline(
      of: dids,
      [Self.collection(type)],
      after: cursor.map { try RecordPosition(cursor: $0, scope: scope) },
      limit: limit
    )
    return IndexRecords(
      records: page.elements.compactMap { IndexRecord($0) },
      cursor: page.next?.cursor(scope: scope)
    )
  }

  package func collectionPlan<Record: LexiconRecord>(
    _ type: Record.Type
  ) throws(IndexQueryError) -> CollectionPlan {
    let collection = try Self.collection(type)
    guard let plan = plan[collection] else {
      throw IndexQueryError(.unknownCollection, "\(collection) is not indexed")
    }
    return plan
  }
}
