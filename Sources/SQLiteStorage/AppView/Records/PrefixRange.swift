import LexiconIndex

/// The values of some fields that begin with a text.
///
/// The index has the records of each value in the order of time, but not those of all values
/// together: they are merged, at the cost of one seek for each value and for each record read.
struct PrefixRange {
  let fields: [Int64]
  let prefix: String

  /// A value of a field.
  struct Entry {
    var field: Int64
    var value: String
  }

  /// The distinct values; nil if there are more than `maximum`.
  func entries(_ session: SQLiteSession, maximum: Int) throws -> [Entry]? {
    var found: [Entry] = []
    for field in fields {
      var last: String?
      while let value = try next(session, field, after: last) {
        guard found.count < maximum else { return nil }
        found.append(Entry(field: field, value: value))
        last = value
      }
    }
    return found
  }

  private func next(
    _ session: SQLiteSession,
    _ field: Int64,
    after last: String?
  ) throws -> String? {
    // The byte 0xFF is after all those of UTF-8.
    try session.first(
      """
      SELECT s.value FROM value AS s
      WHERE s.field = ? AND s.value \(last == nil ? ">=" : ">") ? AND s.value < (? || x'ff')
      ORDER BY s.value LIMIT 1
      """,
      .integer(field),
      .text(last ?? prefix),
      .text(prefix)
    ) { $0.text(0) }
  }
}

/// The visible records with one of some values, in the order of their IDs, each once.
final class MergedEntries {
  private let session: SQLiteSession
  private let collection: String
  private let isDescending: Bool
  private let entries: [PrefixRange.Entry]
  private var heads: HeadHeap<Int>
  private var last: Int64?

  /// - Parameter bound: the first ID that can be returned.
  init(
    _ session: SQLiteSession,
    _ entries: [PrefixRange.Entry],
    collection: String,
    isDescending: Bool,
    from bound: Int64?
  ) throws {
    self.session = session
    self.collection = collection
    self.isDescending = isDescending
    self.entries = entries
    heads = HeadHeap(isDescending: isDescending)
    let bound = bound ?? (isDescending ? .max : .min)
    for index in entries.indices {
      if let id = try head(index, from: bound) { heads.insert((id: id, source: index)) }
    }
  }

  func next() throws -> Candidate? {
    while let first = heads.first {
      let isLast = first.id == (isDescending ? .min : .max)
      let following =
        isLast ? nil : try head(first.source, from: first.id + (isDescending ? -1 : 1))
      heads.replaceFirst(with: following.map { (id: $0, source: first.source) })
      guard first.id != last else { continue }
      last = first.id
      if let candidate = try candidate(first.id) { return candidate }
    }
    return nil
  }

  private func head(_ index: Int, from bound: Int64) throws -> Int64? {
    let (comparison, suffix) = isDescending ? ("<=", " DESC") : (">=", "")
    return try session.first(
      """
      SELECT s.record FROM value AS s WHERE s.field = ? AND s.value = ? AND s.record \(comparison) ?
      ORDER BY s.record\(suffix) LIMIT 1
      """,
      .integer(entries[index].field),
      .text(entries[index].value),
      .integer(bound)
    ) { $0.integer(0) }
  }

  private func candidate(_ id: Int64) throws -> Candidate? {
    try session.first(
      """
      SELECT \(Candidate.columns) FROM record AS r CROSS JOIN account AS a ON a.id = r.account
      WHERE r.id = ? AND r.isVisible = 1 AND a.isVisible = 1
      """,
      .integer(id)
    ) { Candidate($0, collection: collection) }
  }
}
