public import ATProtoSyntax

/// How the records of one collection are indexed.
public struct CollectionPlan: Sendable {
  /// The collection.
  public let collection: NSID
  /// The fields in the order of their numbers, which are 0, 1, and so on.
  public let fields: [FieldPlan]
  /// Changes if, and only if, records must be indexed again: a hash of ``fields`` and of the
  /// schemas that decide whether a record is valid.
  public let fingerprint: String
  /// The number of fields that are not indexed, because they are beyond
  /// ``IndexLimits/fieldsPerCollection``, too deep, or have a name that paths cannot express. If the
  /// lexicon refers to itself, it has more fields than are counted.
  public let omittedFields: Int
  /// The fields by path.
  let tree: FieldTree

  /// Creates a plan.
  public init(
    collection: NSID,
    fields: [FieldPlan],
    fingerprint: String,
    omittedFields: Int = 0
  ) {
    self.collection = collection
    self.fields = fields
    self.fingerprint = fingerprint
    self.omittedFields = omittedFields
    tree = FieldTree(fields)
  }
}

extension CollectionPlan: Hashable {
  /// Whether both plans index the same fields of the same collection in the same way.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.collection == rhs.collection && lhs.fingerprint == rhs.fingerprint
      && lhs.fields == rhs.fields && lhs.omittedFields == rhs.omittedFields
  }

  /// Hashes the collection and the fingerprint.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(collection)
    hasher.combine(fingerprint)
  }
}
