import ATProtoSyntax
import DevLexgenAPI
import VerifiedSync

/// How far the index is, from the storage and from the work that fills it.
struct IndexStatus: Sendable {
  let store: any AppViewStore
  let indexing: any IndexingControl
  let collections: IndexedCollections

  /// The number of repositories by state.
  struct Repositories: Hashable, Sendable {
    /// Up to date, shown or hidden.
    var synchronized = 0
    /// Being fetched again, or waiting for that.
    var desynchronized = 0
    /// Known, and never fetched.
    var pending = 0

    var all: Int { synchronized + desynchronized + pending }

    init(_ phases: [RepositoryPhase: Int]) {
      for (phase, count) in phases {
        switch phase {
        case .pending: pending += count
        case .desynchronized, .resyncing, .error: desynchronized += count
        case .active, .takendown, .suspended, .deactivated: synchronized += count
        }
      }
    }
  }

  /// The size of a collection.
  struct CollectionSize: Hashable, Sendable {
    var collection: NSID
    var records: Int
    /// Those that violate their lexicon.
    var invalid: Int
  }

  struct Snapshot: Sendable {
    var report: IndexingReport
    var repositories: Repositories
    /// The collections that are served and have records.
    var collections: [CollectionSize]
  }

  func snapshot() async throws -> Snapshot {
    let report = try await indexing.report()
    let (phases, sizes) = try await store.read(deadline: nil) {
      snapshot throws -> ([RepositoryPhase: Int], [CollectionSize]) in
      let sizes = try snapshot.records.collectionCounts().map { size in
        CollectionSize(collection: size.collection, records: size.records, invalid: size.invalid)
      }
      return (try snapshot.sync.phases(), sizes)
    }
    return Snapshot(
      report: report,
      repositories: Repositories(phases),
      collections: sizes.filter { collections.contains($0.collection) }
    )
  }

  func output() async throws -> DevLexgen.Index.GetStatus.Output {
    let snapshot = try await snapshot()
    return DevLexgen.Index.GetStatus.Output(
      seq: snapshot.report.sequence,
      backfillComplete: snapshot.report.isBackfillComplete,
      repos: DevLexgen.Index.GetStatus.RepoCounts(
        synchronized: snapshot.repositories.synchronized,
        desynchronized: snapshot.repositories.desynchronized,
        pending: snapshot.repositories.pending
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
