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
  private let positions: [NSID: Int]

  /// Derives a plan for every record lexicon of a catalog for which `isWanted` returns true.
  public init(_ catalog: Catalog, where isWanted: (NSID) -> Bool = { _ in true }) {
    self.catalog = catalog
    collections = catalog.documents.compactMap { document in
      let collection = document.id.value
      guard case .record(let record)? = document[definition: "main"]?.kind, isWanted(collection)
      else { return nil }
      let discovery = FieldDiscovery(record, in: catalog)
      return CollectionPlan(
        collection: collection,
        fields: discovery.fields,
        fingerprint: SchemaFingerprint.text(of: collection, discovery.fields, in: catalog),
        omittedFields: discovery.omitted
      )
    }
    positions = Dictionary(
      collections.enumerated().map { ($1.collection, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The plan of a collection; nil if it has no lexicon.
  public subscript(collection: NSID) -> CollectionPlan? {
    positions[collection].map { collections[$0] }
  }

  /// Returns what is indexed of a record: its values, words, links, and blobs, whether or not its
  /// collection has a lexicon. At most ``IndexLimits/entriesPerRecord`` of each.
  ///
  /// A record that violates its lexicon has links and blobs only. Blobs in the deprecated form are
  /// not violations.
  public func entries(of record: DataValue, in collection: NSID) -> IndexEntries {
    guard let position = positions[collection] else {
      return EntryCollector.entries(of: record)
    }
    if let violation = catalog.validate(record, as: collection).first {
      var entries = EntryCollector.entries(of: record)
      entries.isValid = false
      entries.problem = violation.description
      return entries
    }
    return EntryCollector.entries(of: record, collections[position].tree)
  }
}
