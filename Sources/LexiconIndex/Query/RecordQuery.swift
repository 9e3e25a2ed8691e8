public import ATProtoSyntax

/// What a query can name beside the fields of a lexicon.
public enum BuiltInField: String, Hashable, Sendable, CaseIterable {
  /// The URI.
  case uri = "$uri"
  /// The DID of the account.
  case did = "$did"
  /// The record key.
  case recordKey = "$rkey"
  /// The text of the CID.
  case cid = "$cid"
  /// When a record was first seen at the address.
  case indexedAt = "$indexedAt"
  /// The earlier of `createdAt` and ``indexedAt``.
  case sortAt = "$sortAt"
}

/// A field that a query names.
public enum QueryField: Hashable, Sendable {
  case builtIn(BuiltInField)
  /// Fields of the collection's plan, by number: more than one if the path left a union step out.
  /// They are of one kind, unless they are only tested for presence.
  case planned([Int])
}

/// A condition on a field, with values of the field's kind.
public struct FieldCondition: Hashable, Sendable {
  /// How a value is compared. If a field has several values, any of them may satisfy the condition;
  /// see ``Test/notEqual(_:)`` for the exception.
  public enum Test: Hashable, Sendable {
    /// Equals this one.
    case equal(IndexValue)
    /// There is a value, and none equals this one.
    case notEqual(IndexValue)
    /// Equals one of these.
    case isOneOf([IndexValue])
    /// Is before this one.
    case less(IndexValue)
    /// Is before this one or equal to it.
    case lessOrEqual(IndexValue)
    /// Is after this one.
    case greater(IndexValue)
    /// Is after this one or equal to it.
    case greaterOrEqual(IndexValue)
    /// Begins with this text, byte for byte.
    case hasPrefix(String)
    /// There is a value.
    case exists
    /// There is no value.
    case isMissing
  }

  /// The field.
  public var field: QueryField
  /// The test.
  public var test: Test

  /// Creates a condition.
  public init(field: QueryField, test: Test) {
    self.field = field
    self.test = test
  }
}

/// An order of records: by a field, then by URI in the same direction. Records without the field
/// come last in both directions.
public struct RecordOrder: Hashable, Sendable {
  /// A field that is scalar and not inside an array.
  public var field: QueryField
  /// Whether the greatest value comes first.
  public var isDescending: Bool

  /// Creates an order.
  public init(_ field: QueryField = .builtIn(.sortAt), isDescending: Bool = true) {
    self.field = field
    self.isDescending = isDescending
  }

  /// By the earlier of `createdAt` and first seen, newest first.
  public static let newestFirst = RecordOrder()
}

/// A position in an order: everything after it is on the next page.
public struct RecordPosition: Hashable, Sendable {
  /// The value of the last record in the field of the order; nil if it has none.
  public var value: IndexValue?
  /// The URI of the last record.
  public var uri: String

  /// Creates a position.
  public init(value: IndexValue?, uri: String) {
    self.value = value
    self.uri = uri
  }
}

/// A query for records of one collection; all of its parts must hold.
public struct RecordQuery: Hashable, Sendable {
  /// The collection.
  public var collection: NSID
  /// The accounts; nil for all, empty for none.
  public var repos: [DID]?
  /// The conditions, all of which must hold.
  public var conditions: [FieldCondition] = []
  /// The words to find; only valid records have words.
  public var search: SearchExpression?
  /// The order of the records.
  public var order: RecordOrder = .newestFirst
  /// The last record of the page before; nil for the first page.
  public var after: RecordPosition?
  /// The most records of a page.
  public var limit: Int

  /// Creates a query without conditions.
  public init(collection: NSID, limit: Int = 50) {
    self.collection = collection
    self.limit = limit
  }
}

/// What a search requires of the text of a record.
public struct SearchExpression: Hashable, Sendable {
  /// Word sequences that must occur, each within one value of a field; a single word is a sequence
  /// of one.
  public var required: [[String]]
  /// Word sequences that must not occur.
  public var excluded: [[String]]
  /// The numbers of the fields to search; nil for all that are searched.
  public var fields: [Int]?

  /// Creates an expression.
  public init(required: [[String]], excluded: [[String]] = [], fields: [Int]? = nil) {
    self.required = required
    self.excluded = excluded
    self.fields = fields
  }
}
