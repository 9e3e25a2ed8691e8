public import ATProtoSyntax

/// A row of the printed plan: one field of one collection.
public struct PlanRow: Hashable, Sendable {
  /// The collection.
  public var collection: NSID
  /// The path of the field, as conditions spell it.
  public var path: String
  /// The type in the lexicon, or the format of a string.
  public var type: String
  /// Whether a record may have several values.
  public var repeats: Bool
  /// Whether the words of the field are searched.
  public var isSearched: Bool
  /// Whether records can be ordered by the field.
  public var isSortable: Bool
  /// Whether values are compared; for other fields, only whether there is one is known.
  public var isCompared: Bool

  /// Creates the row of a field.
  public init(_ field: FieldPlan, of collection: NSID) {
    self.collection = collection
    path = field.path
    type = field.type
    repeats = field.repeats
    isSearched = field.isSearched
    isSortable = field.isSortable
    isCompared = field.kind != .presence
  }
}

extension IndexPlan {
  /// The plan as a table, by collection and number of the field.
  public var rows: [PlanRow] { collections.flatMap(\.rows) }

  /// What is indexed of every record, whether or not its collection has a lexicon, for people.
  public static let commonNote = """
    Links (AT-URIs, DIDs, and URIs with '//') and blobs are indexed at every path of every record, \
    with or without a lexicon.
    """
}

extension CollectionPlan {
  /// The plan of the collection as a table, by number of the field.
  public var rows: [PlanRow] { fields.map { PlanRow($0, of: collection) } }
}
