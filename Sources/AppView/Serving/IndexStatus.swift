import ATProtoSyntax
import DevLexgenAPI
import VerifiedSync

/// How far the index is, from the storage and from the work that fills it.
struct IndexStatus: Sendable {
  /// The size of a collection.
  struct CollectionSize: Hashable, Sendable {
    var collection: NSID
    var records: Int
    /// Those that violate their lexicon.
    var invalid: Int
  }

  struct Snapshot: Sendable {
    var ingest: IngestStatus
    /// The collections that are served and have records.
    var collections: [CollectionSize]

    var rejectedEvents: Int { ingest.activity.counters.rejections.values.reduce(0, +) }
  }

  let store: any AppViewStore
  let ingest: Ingest
  let collections: IndexedCollections

  func snapshot() async throws -> Snapshot {
    let ingest = try await ingest.status()
    let sizes = try await store.read(deadline: nil) { snapshot in
      try snapshot.records.collectionCounts().map { size in
        CollectionSize(collection: size.collection, records: size.records, invalid: size.invalid)
      }
    }
    return Snapshot(
      ingest: ingest,
      collections: sizes.filter { collections.contains($0.collection) && $0.records > 0 }
    )
  }

  func output() async throws -> DevLexgen.Index.GetStatus.Output {
    let snapshot = try await snapshot()
    return DevLexgen.Index.GetStatus.Output(
      seq: snapshot.ingest.sequence,
      backfillComplete: snapshot.ingest.backfill.isComplete,
      repos: DevLexgen.Index.GetStatus.RepoCounts(
        synchronized: snapshot.ingest.synchronized,
        desynchronized: snapshot.ingest.desynchronized,
        pending: snapshot.ingest.pending
      ),
      collections: snapshot.collections.map { size in
        DevLexgen.Index.GetStatus.CollectionCount(
          collection: FormatString(size.collection),
          records: size.records,
          invalid: size.invalid
        )
      }
    )
  }
}
