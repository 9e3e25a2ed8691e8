public import ATProtoData
public import ATProtoSyntax
public import Lexicon

/// What an index keeps of each collection, derived once from lexicons.
///
///     let plan = IndexPlan(catalog)
///     let entries = plan.entries(of: record, in: try NSID("app.bsky.feed.post"))
public struct IndexPlan: Sendable {
  /// The collections with a lexicon, sorted.
  public let collections: [CollectionPlan]
  private let catalog: Catalog

  /// Derives a plan for every record lexicon of a catalog for which `isWanted` returns true.
  public init(_ catalog: Catalog, where isWanted: (NSID) -> Bool = { _ in true }) {
    self.catalog = catalog
    collections = []
  }

  /// The plan of a collection; nil if it has no lexicon.
  public subscript(collection: NSID) -> CollectionPlan? { nil }

  /// Returns what is indexed of a record: its values, words, links, and blobs, whether or not its
  /// collection has a lexicon. At most ``IndexLimits/entriesPerRecord`` of each.
  public func entries(of record: DataValue, in collection: NSID) -> IndexEntries {
    IndexEntries()
  }
}

/// Limits of what one record and one request can cost.
public enum IndexLimits {
  /// The most fields of a collection.
  public static let fieldsPerCollection = 1_000
  /// The depth of paths into records.
  public static let pathDepth = 16
  /// The most values, links, words, or blobs of one record; those beyond it are not indexed.
  public static let entriesPerRecord = 2_000
  /// The bytes of a value that an index compares; longer strings are only found by their words.
  public static let valueBytes = 1_024
}
