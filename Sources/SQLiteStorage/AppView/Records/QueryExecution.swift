import ATProtoSyntax
import AppView
import LexiconIndex

/// One query over the records of a collection.
///
/// An index proposes candidates, and the evaluator of the query judges them. The index is one that has
/// the candidates in the order of the query, or whose candidates are few enough to be sorted.
struct QueryExecution {
  let tables: IndexTables
  let collection: IndexTables.CollectionRow
  let query: RecordQuery
  private let accounts: Set<Int64>?
  private let needsCID: Bool
  private let needsEntries: Bool

  /// The most candidates that are sorted instead of being read in order. The index of another order
  /// than that of time does not start with what is looked for, so more are worth it.
  private var fewCandidates: Int { isInTimeOrder ? 400 : 5_000 }
  /// The most candidates that are counted to choose between indexes.
  private static let manyCandidates = 8_000
  /// The most accounts whose records are merged.
  private static let mergedAccounts = 100

  /// Nil if no record can satisfy the query.
  init?(_ tables: IndexTables, _ query: RecordQuery) throws {
    guard let collection = try tables.collection(query.collection) else { return nil }
    self.tables = tables
    self.collection = collection
    self.query = query
    accounts = try query.repos.map { repos in
      Set(try repos.compactMap { try tables.account($0) }.filter(\.isVisible).map(\.id))
    }
    needsCID =
      query.conditions.contains { $0.field == .builtIn(.cid) }
      || query.order.field == .builtIn(.cid)
    needsEntries = !query.conditions.isEmpty || query.search != nil
    if accounts?.isEmpty ?? false { return nil }
  }

  private var session: SQLiteSession { tables.session }
  private var isInTimeOrder: Bool { query.order.field == .builtIn(.sortAt) }

  // MARK: Judging

  /// The entries of a candidate. Those of an older plan are not understood anymore.
  func entries(_ candidate: Candidate) throws -> IndexEntries {
    candidate.generation == collection.generation
      ? try StoredEntries.decode(candidate.entries) : IndexEntries()
  }

  func matches(_ candidate: Candidate) throws -> Bool {
    if let accounts, !accounts.contains(candidate.account) { return false }
    guard needsEntries else { return true }
    let entries = try entries(candidate)
    let builtIns = try candidate.builtIns(needsCID: needsCID)
    return query.conditions.allSatisfy { $0.holds(for: entries, builtIns) }
      && query.search?.matches(entries) ?? true
  }

  /// The position after the last candidate of a page, whose entries are read again.
  func next(after candidate: Candidate) throws -> RecordPosition {
    var candidate = candidate
    if case .planned = query.order.field {
      candidate.entries =
        try session.first("SELECT entries FROM record WHERE id = ?", .integer(candidate.id)) {
          $0.bytes(0)
        } ?? []
    }
    return query.position(of: try entries(candidate), try candidate.builtIns(needsCID: true))
  }

  private func position(_ candidate: Candidate) throws -> RecordPosition {
    isInTimeOrder
      ? candidate.position
      : query.position(of: try entries(candidate), try candidate.builtIns(needsCID: needsCID))
  }

  // MARK: Pages

  /// The first candidates in the order of the query after its position: at most one more than its
  /// limit.
  func page() throws -> [Candidate] {
    let driver = try driver()
    if driver.isFew || !isInTimeOrder && !hasOrderedIndex { return try best(driver) }
    guard isInTimeOrder else { return try ordered() }
    guard !driver.sources.isEmpty else { return [] }
    let streams = streams(driver)
    guard let prefix = driver.prefix else { return try timeOrdered { try streams.next() } }
    return try page(driver, prefix)
  }

  private func streams(_ driver: Driver) -> MergedCandidates {
    let isDescending = query.order.isDescending
    let bound = TimeOrdered.bound(query.after, isDescending: isDescending)
    return MergedCandidates(
      streams: driver.sources.map { source in
        CandidateStream(
          session,
          needsEntries ? source : source.withoutEntries,
          collection: query.collection.string,
          isDescending: isDescending,
          from: bound,
          batch: driver.sources.count > 8 ? 8 : query.limit + 1
        )
      },
      isDescending: isDescending
    )
  }

  /// The first candidates of a source, which is in the order of IDs.
  private func timeOrdered(_ source: @escaping () throws -> Candidate?) throws -> [Candidate] {
    var found = TimeOrdered(
      isDescending: query.order.isDescending,
      after: query.after,
      limit: query.limit + 1,
      source,
      where: matches
    )
    return try found.prefix()
  }

  /// A page of the records with a prefix, of which there are many.
  ///
  /// If the prefix is that of much of the collection, reading the collection finds a page soon; if
  /// it is that of few values, merging these does. Either is given up when it costs more than the
  /// other may, so both together cost a small multiple of the cheaper one.
  private func page(_ driver: Driver, _ prefix: PrefixRange) throws -> [Candidate] {
    var budget = 4_000
    while true {
      if let found = try scan(driver, budget: budget) { return found }
      if let entries = try prefix.entries(session, maximum: budget) {
        let isDescending = query.order.isDescending
        let merged = try MergedEntries(
          session,
          entries,
          collection: query.collection.string,
          isDescending: isDescending,
          from: TimeOrdered.bound(query.after, isDescending: isDescending)
        )
        return try timeOrdered { try merged.next() }
      }
      budget *= 4
    }
  }

  /// Nil if more than `budget` candidates would be looked at.
  private func scan(_ driver: Driver, budget: Int) throws -> [Candidate]? {
    let streams = streams(driver)
    var scanned = 0
    let found = try timeOrdered {
      scanned += 1
      return scanned <= budget ? try streams.next() : nil
    }
    // Without the rest of a block, its first records may be others.
    return scanned <= budget ? found : nil
  }

  /// Calls `body` for each record that satisfies the query, in no order.
  func forEachMatch(_ body: (Candidate) throws -> Void) throws {
    try forEachCandidate(try driver()) { if try matches($0) { try body($0) } }
  }

  private func forEachCandidate(
    _ driver: Driver,
    _ body: (Candidate) throws -> Void
  ) throws {
    var seen: Set<Int64> = []
    for source in driver.sources {
      try session.forEach(source.select(Candidate.columns), source.arguments) { row in
        let candidate = Candidate(row, collection: query.collection.string)
        if driver.sources.count > 1 || driver.hasDuplicates {
          guard seen.insert(candidate.id).inserted else { return }
        }
        try body(candidate)
      }
    }
  }

  /// Looks at all candidates, and keeps the first ones.
  private func best(_ driver: Driver) throws -> [Candidate] {
    let limit = query.limit + 1
    var found: [(candidate: Candidate, position: RecordPosition)] = []
    func sort() {
      found.sort { query.order.precedes($0.position, $1.position) }
      found.removeLast(max(found.count - limit, 0))
    }
    try forEachCandidate(driver) { candidate in
      guard try matches(candidate) else { return }
      let position = try position(candidate)
      if let after = query.after, !query.order.precedes(after, position) { return }
      found.append((candidate.judged, position))
      if found.count >= 2 * limit + 1_000 { sort() }
    }
    sort()
    return found.map(\.candidate)
  }

  // MARK: Other orders

  /// Whether there is an index in the order of the query.
  private var hasOrderedIndex: Bool {
    switch query.order.field {
    case .builtIn(let field): field == .uri
    case .planned(let numbers): numbers.count == 1 && !collection.unindexed.contains(numbers[0])
    }
  }

  private func ordered() throws -> [Candidate] {
    guard case .planned(let numbers) = query.order.field, let number = numbers.first else {
      return try missing(query.after?.uri)
    }
    let limit = query.limit + 1
    var found: [Candidate] = []
    if query.after.map({ $0.value != nil }) ?? true,
      let field = ValueColumn.field(number, collection.generation)
    {
      found = try present(field)
    }
    if found.count < limit {
      let isPastValues = query.after.map { $0.value == nil } ?? false
      found += try missing(isPastValues ? query.after?.uri : nil, limit - found.count)
    }
    return found
  }

  /// The records with a value of the order's field: value by value, those of one value by URI.
  private func present(_ field: Int64) throws -> [Candidate] {
    let limit = query.limit + 1
    let (comparison, suffix) = query.order.isDescending ? ("<=", " DESC") : (">=", "")
    var conditions = "s.field = ?"
    var arguments: [SQLiteValue] = [.integer(field)]
    if let value = query.after?.value {
      conditions += " AND s.value \(comparison) ?"
      arguments.append(ValueColumn.value(value))
    }
    let source = CandidateSource(table: "value AS s", id: "record", conditions, arguments)
    var found: [Candidate] = []
    var group: [(candidate: Candidate, position: RecordPosition)] = []
    func endGroup() {
      group.sort { query.order.precedes($0.position, $1.position) }
      found += group.prefix(limit - found.count).map(\.candidate)
      group = []
    }
    do {
      try session.forEach(
        source.select(Candidate.columns) + " ORDER BY s.value\(suffix), s.record\(suffix)",
        arguments
      ) { row in
        let candidate = Candidate(row, collection: query.collection.string)
        guard try matches(candidate) else { return }
        let position = try position(candidate)
        if let after = query.after, !query.order.precedes(after, position) { return }
        if let last = group.last, last.position.value != position.value {
          endGroup()
          guard found.count < limit else { throw Enough() }
        }
        group.append((candidate.judged, position))
        guard group.count >= 2 * limit + 1_000 else { return }
        group.sort { query.order.precedes($0.position, $1.position) }
        group.removeLast(group.count - limit)
      }
    } catch is Enough {}
    endGroup()
    return found
  }

  private struct Enough: Error {}

  /// The records without a value of the order's field, or all if the order is by URI.
  private func missing(_ uri: String?, _ limit: Int? = nil) throws -> [Candidate] {
    let limit = limit ?? query.limit + 1
    let isByURI = query.order.field == .builtIn(.uri)
    var stream = try URIStream(
      tables,
      collection.id,
      isDescending: query.order.isDescending,
      isComplete: false,
      after: uri
    )
    var found: [Candidate] = []
    while found.count < limit, let candidate = try stream.next() {
      guard try matches(candidate) else { continue }
      let position = try position(candidate)
      if !isByURI, position.value != nil { continue }
      if let after = query.after, !query.order.precedes(after, position) { continue }
      found.append(candidate.judged)
    }
    return found
  }

  // MARK: Drivers

  /// The index that proposes candidates.
  private struct Driver {
    var sources: [CandidateSource]
    /// Whether the candidates are in the order of their IDs.
    var isOrdered = true
    var isFew = false
    /// Whether one source may propose a record more than once.
    var hasDuplicates = false
    /// What all records of the query have, if another index proposes them.
    var prefix: PrefixRange?
  }

  private func driver() throws -> Driver {
    var drivers = try drivers()
    // Nothing to choose.
    if drivers.count == 1, drivers[0].isOrdered, isInTimeOrder { return try narrowed(drivers[0]) }
    if var few = try least(drivers, below: fewCandidates) {
      few.isFew = true
      return few
    }
    let prefix = drivers.lazy.compactMap(\.prefix).first
    drivers.removeAll { !$0.isOrdered }
    let best =
      drivers.count > 1
      ? try least(drivers, below: Self.manyCandidates) ?? drivers[0]
      : drivers.first ?? Driver(sources: [.collection(collection.id)], prefix: prefix)
    return try narrowed(best)
  }

  /// The driver with the fewest candidates; nil if all have as many as a number.
  private func least(_ drivers: [Driver], below maximum: Int) throws -> Driver? {
    var best: (driver: Driver, count: Int)?
    for driver in drivers {
      let count = try estimate(driver, maximum: best?.count ?? maximum)
      guard count < best?.count ?? maximum else { continue }
      best = (driver, count)
      if count == 0 { break }
    }
    return best?.driver
  }

  private func estimate(_ driver: Driver, maximum: Int) throws -> Int {
    var count = 0
    for source in driver.sources where count < maximum {
      count += try source.count(session, maximum: maximum - count)
    }
    return count
  }

  /// Lets the engine skip candidates that lack a value, before they are read.
  private func narrowed(_ driver: Driver) throws -> Driver {
    var driver = driver
    for condition in query.conditions {
      guard case .planned(let numbers) = condition.field, numbers.count == 1,
        case .equal(let value) = condition.test,
        !collection.unindexed.omitted.contains(numbers[0]),
        let field = ValueColumn.field(numbers[0], collection.generation)
      else { continue }
      let content = ValueColumn.value(value)
      if let path = collection.unindexed.links[numbers[0]] {
        let group = try self.group(value, path)
        for index in driver.sources.indices {
          driver.sources[index].require(link: group, field, content)
        }
      } else {
        for index in driver.sources.indices
        where !driver.sources[index].isSelected(by: field, value) {
          driver.sources[index].require(field, content)
        }
      }
    }
    return driver
  }

  /// The group of the records that link to a value; nil if there are none.
  private func group(_ value: IndexValue, _ path: String) throws -> Int64? {
    guard case .text(let target) = value, let source = try tables.source(collection.id, path)
    else { return nil }
    return try tables.group(target, source)
  }

  private func drivers() throws -> [Driver] {
    var drivers: [Driver] = []
    if let accounts, accounts.count <= Self.mergedAccounts {
      drivers.append(Driver(sources: accounts.map { .account($0, collection.id) }))
    }
    if let search = query.search {
      if let words = WordTable(session, collection), let text = words.expression(search) {
        let source = CandidateSource(
          table: "\(words.name) AS s",
          id: "rowid",
          "s.\(words.name) MATCH ?",
          [.text(text)]
        )
        drivers.append(Driver(sources: [source]))
      } else if !search.required.isEmpty {
        drivers.append(Driver(sources: []))
      }
    }
    for condition in query.conditions {
      switch condition.field {
      case .planned(let numbers):
        if let driver = try driver(condition.test, numbers) { drivers.append(driver) }
      case .builtIn(.did):
        guard case .equal(.text(let text)) = condition.test else { continue }
        let account = try (try? DID(text)).flatMap { try tables.account($0) }
        drivers.append(
          Driver(sources: account.map { [.account($0.id, collection.id)] } ?? [])
        )
      case .builtIn: continue
      }
    }
    return drivers
  }

  private func driver(_ test: FieldCondition.Test, _ numbers: [Int]) throws -> Driver? {
    let unindexed = collection.unindexed
    guard !numbers.contains(where: unindexed.omitted.contains) else { return nil }
    let fields = numbers.compactMap { ValueColumn.field($0, collection.generation) }
    func range(_ conditions: String, _ arguments: SQLiteValue...) -> Driver? {
      guard !numbers.contains(where: unindexed.contains) else { return nil }
      let sources = fields.map { field in
        CandidateSource(
          table: "value AS s",
          id: "record",
          "s.field = ?" + conditions,
          [.integer(field)] + arguments
        )
      }
      return Driver(sources: sources, isOrdered: false, hasDuplicates: true)
    }
    func equal(_ value: IndexValue) throws -> [CandidateSource] {
      let sources = fields.map { CandidateSource.equal($0, ValueColumn.value(value)) }
      return try sources
        + numbers.compactMap { number in
          try unindexed.links[number].flatMap { try group(value, $0) }.map { .validLinks($0) }
        }
    }
    switch test {
    case .equal(let value): return Driver(sources: try equal(value))
    case .isOneOf(let values): return Driver(sources: try Set(values).flatMap(equal))
    case .less(let value): return range(" AND s.value < ?", ValueColumn.value(value))
    case .lessOrEqual(let value): return range(" AND s.value <= ?", ValueColumn.value(value))
    case .greater(let value): return range(" AND s.value > ?", ValueColumn.value(value))
    case .greaterOrEqual(let value): return range(" AND s.value >= ?", ValueColumn.value(value))
    case .hasPrefix(let prefix):
      // The byte 0xFF is after all those of UTF-8.
      var driver = range(
        " AND s.value >= ? AND s.value < (? || x'ff')",
        .text(prefix),
        .text(prefix)
      )
      driver?.prefix = PrefixRange(fields: fields, prefix: prefix)
      return driver
    // Most records have what is asked for, or else the order finds them soon enough.
    case .exists, .notEqual, .isMissing: return nil
    }
  }

  // MARK: Counting

  /// The number of records, counted in the engine; nil if a part of the query must be judged.
  func countByIndex() throws -> LinkCount? {
    guard query.search == nil else { return nil }
    guard !query.conditions.isEmpty else { return try countByHoldings() }
    guard query.repos == nil else { return nil }
    var source: CandidateSource?
    for condition in query.conditions {
      guard case .planned(let numbers) = condition.field, numbers.count == 1,
        case .equal(let value) = condition.test, !collection.unindexed.contains(numbers[0]),
        let field = ValueColumn.field(numbers[0], collection.generation)
      else { return nil }
      if source == nil {
        source = .equal(field, ValueColumn.value(value))
      } else {
        source?.require(field, ValueColumn.value(value))
      }
    }
    guard let source else { return nil }
    var count = LinkCount()
    try session.forEach(
      source.select("count(*), count(DISTINCT r.account)"),
      source.arguments
    ) { count = LinkCount(records: $0.count(0), accounts: $0.count(1)) }
    return count
  }

  private func countByHoldings() throws -> LinkCount {
    try tables.flush()
    if let accounts {
      var count = LinkCount()
      for account in accounts {
        let records = try session.first(
          """
          SELECT h.records - h.invalid - h.hidden FROM holding AS h
          WHERE h.account = ? AND h.collection = ?
          """,
          .integer(account),
          .integer(collection.id)
        ) { $0.count(0) }
        guard let records, records > 0 else { continue }
        count.records += records
        count.accounts += 1
      }
      return count
    }
    return try session.first(
      """
      SELECT coalesce(sum(h.records - h.invalid - h.hidden), 0), count(*)
      FROM holding AS h INDEXED BY holdingCollection CROSS JOIN account AS a ON a.id = h.account
      WHERE h.collection = ? AND a.isVisible = 1 AND h.records - h.invalid - h.hidden > 0
      """,
      .integer(collection.id)
    ) { LinkCount(records: $0.count(0), accounts: $0.count(1)) } ?? LinkCount()
  }
}

extension CandidateSource {
  /// Whether all candidates have a value because of how they are found.
  fileprivate func isSelected(by field: Int64, _ value: IndexValue) -> Bool {
    guard tables.hasPrefix("value AS s"), arguments.count == 2,
      case .integer(field) = arguments[0]
    else { return false }
    switch (arguments[1], ValueColumn.value(value)) {
    case (.integer(let left), .integer(let right)): return left == right
    case (.text(let left), .text(let right)): return left.utf8.elementsEqual(right.utf8)
    default: return false
    }
  }
}
