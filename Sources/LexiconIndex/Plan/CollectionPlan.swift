public import ATProtoSyntax

/// How the records of one collection are indexed.
public struct CollectionPlan: Hashable, Sendable {
  /// The collection.
  public var collection: NSID
  /// The fields in the order of their numbers, which are 0, 1, and so on.
  public var fields: [FieldPlan]
  /// Changes if, and only if, records must be indexed again: a hash of ``fields`` and of the
  /// schemas that decide whether a record is valid.
  public var fingerprint: String

  /// Creates a plan.
  public init(collection: NSID, fields: [FieldPlan], fingerprint: String) {
    self.collection = collection
    self.fields = fields
    self.fingerprint = fingerprint
  }
}
