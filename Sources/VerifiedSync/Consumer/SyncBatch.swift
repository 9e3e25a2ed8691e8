import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// What follows from a batch of inputs: changes to store, and questions to ask afterwards.
struct SyncBatch {
  enum Question: Sendable {
    case identity(DID, isRefresh: Bool)
    case status(DID, SyncIdentity)
    /// The revision at the relay.
    case revision(DID)
    case repository(FetchJob)
    case wake(DID, at: SyncTime)
  }

  var changes = SyncChanges()
  var questions: [Question] = []
  /// Wait until the changes are stored.
  var barriers: [AsyncStream<Void>.Continuation] = []
  /// The numbers of events of the firehose that are done when the changes are stored.
  var sequences: [Int] = []

  /// Adds the records of a verified commit.
  mutating func add(_ commit: VerifiedCommit, _ collections: [CollectionPattern]) {
    for operation in commit.operations where collections.wants(operation.path.collection) {
      // The verifier has checked that records are DAG-CBOR.
      let block = commit.record(operation)
      let record = block.flatMap {
        try? DataValue(cbor: $0, limits: .record, rules: .allowsForeignCIDs)
      }
      let change = RecordChange(
        isLive: true,
        rev: commit.commit.rev,
        did: commit.commit.did,
        collection: operation.path.collection,
        recordKey: operation.path.recordKey,
        action: RecordChange.Action(rawValue: operation.action.rawValue) ?? .update,
        cid: operation.cid,
        record: record,
        block: block
      )
      changes.events.append(.record(change))
      changes.records.append(
        .init(did: change.did, path: operation.path.string, cid: operation.cid)
      )
    }
  }

  /// Forgets the records of a repository, including those of this batch. Events about them stay.
  mutating func clear(_ did: DID) {
    changes.records.removeAll { $0.did == did }
    changes.cleared.append(did)
  }
}
