package import ATProtoSyntax
package import Lexicon
package import LexiconIndex
package import VerifiedSync

/// The collections that an app view indexes and serves.
package struct IndexedCollections: Sendable {
  /// The plans of those with a lexicon.
  package let plan: IndexPlan
  /// What the operator asked for; empty for every collection with a lexicon.
  package let patterns: [CollectionPattern]

  package init(_ catalog: Catalog, patterns: [CollectionPattern]) {
    self.patterns = patterns
    plan = IndexPlan(catalog) { nsid in
      patterns.isEmpty || patterns.contains { $0.matches(nsid) }
    }
  }

  /// Whether records of a collection are indexed, with or without a lexicon.
  package func contains(_ collection: NSID) -> Bool {
    patterns.isEmpty
      ? plan[collection] != nil : patterns.contains { $0.matches(collection) }
  }
}
