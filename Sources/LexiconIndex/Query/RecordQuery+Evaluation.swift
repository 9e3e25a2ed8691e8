/// What every record has, whatever its lexicon: the values of ``BuiltInField``.
public struct BuiltInValues: Hashable, Sendable {
  /// The URI of the record.
  public var uri: String
  /// The DID of its account.
  public var did: String
  /// Its record key.
  public var recordKey: String
  /// The text of its CID.
  public var cid: String
  /// When a record was first seen at the address, in microseconds since the Unix epoch.
  public var indexedAt: Int64
  /// The earlier of `createdAt` and ``indexedAt``, in microseconds since the Unix epoch.
  public var sortAt: Int64

  /// Creates the values of a record.
  public init(
    uri: String,
    did: String,
    recordKey: String,
    cid: String,
    indexedAt: Int64,
    sortAt: Int64
  ) {
    self.uri = uri
    self.did = did
    self.recordKey = recordKey
    self.cid = cid
    self.indexedAt = indexedAt
    self.sortAt = sortAt
  }

  /// The value of a field.
  public subscript(field: BuiltInField) -> IndexValue {
    switch field {
    case .uri: .text(uri)
    case .did: .text(did)
    case .recordKey: .text(recordKey)
    case .cid: .text(cid)
    case .indexedAt: .instant(indexedAt)
    case .sortAt: .instant(sortAt)
    }
  }
}

// The semantics of queries, one record at a time. Stores with an engine of their own must give the
// same answers.

extension RecordQuery {
  /// Whether a record of the collection satisfies all parts of the query except its order,
  /// position, and limit. An invalid record satisfies no query.
  public func matches(_ entries: IndexEntries, _ builtIns: BuiltInValues) -> Bool {
    guard entries.isValid else { return false }
    if let repos, !repos.contains(where: { $0.string == builtIns.did }) { return false }
    return conditions.allSatisfy { $0.holds(for: entries, builtIns) }
      && search?.matches(entries) ?? true
  }

  /// The position of a record in the order of the query.
  public func position(
    of entries: IndexEntries,
    _ builtIns: BuiltInValues
  ) -> RecordPosition {
    RecordPosition(value: order.value(of: entries, builtIns), uri: builtIns.uri)
  }
}

extension FieldCondition {
  /// Whether the values of a record satisfy the condition.
  public func holds(for entries: IndexEntries, _ builtIns: BuiltInValues) -> Bool {
    switch field {
    case .builtIn(let field): return test.holds(for: CollectionOfOne(builtIns[field]))
    case .planned(let numbers):
      return test.holds(for: entries.values.lazy.filter { numbers.contains($0.field) }.map(\.value))
    }
  }
}

extension FieldCondition.Test {
  /// Whether the values of a field satisfy the test. A value that is present but not compared, such
  /// as an object or a long string, is nil: it exists, and differs from every other value.
  ///
  /// Values of different kinds are never equal, and neither is before the other.
  public func holds(for values: some Sequence<IndexValue?>) -> Bool {
    switch self {
    case .equal(let other): values.contains { $0 == other }
    case .notEqual(let other):
      // Both parts in one pass, because a sequence may allow only one.
      values.reduce(into: Bool?.none) { result, value in
        result = (result ?? true) && value != other
      } ?? false
    case .isOneOf(let others): values.contains { value in value.map(others.contains) ?? false }
    case .less(let other): values.contains { $0.map { $0.precedes(other) } ?? false }
    case .lessOrEqual(let other):
      values.contains { $0.map { $0.precedes(other) || $0 == other } ?? false }
    case .greater(let other): values.contains { $0.map { other.precedes($0) } ?? false }
    case .greaterOrEqual(let other):
      values.contains { $0.map { other.precedes($0) || $0 == other } ?? false }
    case .hasPrefix(let prefix):
      values.contains { value in
        guard case .text(let text)? = value else { return false }
        return text.utf8.starts(with: prefix.utf8)
      }
    case .exists: values.contains { _ in true }
    case .isMissing: !values.contains { _ in true }
    }
  }
}

extension IndexValue {
  /// Whether the value is of the same kind and before another one.
  fileprivate func precedes(_ other: IndexValue) -> Bool {
    isSameKind(as: other) && self < other
  }
}

extension SearchExpression {
  /// Whether the words of a record are as required.
  public func matches(_ entries: IndexEntries) -> Bool {
    let texts = entries.texts.filter { text in fields?.contains(text.field) ?? true }
    return required.allSatisfy { words in texts.contains { $0.contains(words) } }
      && !excluded.contains { words in texts.contains { $0.contains(words) } }
  }
}

extension IndexEntries.Text {
  /// Whether words occur next to each other, in this order. No words occur nowhere.
  public func contains(_ sequence: [String]) -> Bool {
    guard let first = sequence.first, sequence.count <= words.count else { return false }
    return (0...words.count - sequence.count).contains { start in
      words[start] == first
        && words[start..<start + sequence.count].elementsEqual(sequence)
    }
  }
}

extension RecordOrder {
  /// The value by which a record is ordered; nil if the record has none, or none that is compared.
  public func value(of entries: IndexEntries, _ builtIns: BuiltInValues) -> IndexValue? {
    switch field {
    case .builtIn(let field): builtIns[field]
    case .planned(let numbers):
      entries.values.first { numbers.contains($0.field) && $0.value != nil }?.value
    }
  }

  /// Whether one position is before another in the order. Positions without a value come last in
  /// both directions; equal values are ordered by URI in the same direction.
  public func precedes(_ left: RecordPosition, _ right: RecordPosition) -> Bool {
    switch (left.value, right.value) {
    case (.some, nil): return true
    case (nil, .some): return false
    case (let first?, let second?) where first != second:
      return isDescending ? second < first : first < second
    default:
      return isDescending
        ? right.uri.utf8.lexicographicallyPrecedes(left.uri.utf8)
        : left.uri.utf8.lexicographicallyPrecedes(right.uri.utf8)
    }
  }
}
