import ATProtoRepo
import ATProtoSyntax
import VerifiedSync

struct MemorySyncTable: SyncReading, SyncWriting {
  let transaction: MemoryIndexTransaction

  private var state: MemoryIndexState { transaction.state }

  func repository(_ did: DID) -> TrackedRepository? { state.repositories[did] }

  func repositories(after did: DID?, limit: Int) -> [TrackedRepository] {
    let later = state.repositories.values.filter { repository in
      did.map { $0.string < repository.did.string } ?? true
    }
    return Array(later.sorted { $0.did.string < $1.did.string }.prefix(limit))
  }

  func repositoriesToFetch(at now: SyncTime, limit: Int) -> [TrackedRepository] {
    let due = state.repositories.values.filter { $0.phase.needsFetch && $0.nextAttemptAt <= now }
    return Array(
      due.sorted { ($0.nextAttemptAt, $0.did.string) < ($1.nextAttemptAt, $1.did.string) }
        .prefix(limit)
    )
  }

  func records(of did: DID, after path: String?, limit: Int) -> [RecordVersion] {
    let rows = state.rows(of: did).filter { row in path.map { $0 < row.address.path } ?? true }
    return rows.prefix(limit).map { RecordVersion(path: $0.address.path, cid: $0.record.cid) }
  }

  func recordCount(of did: DID) -> Int {
    state.records.values.reduce(0) { $0 + ($1[did]?.count ?? 0) }
  }

  func cursor(of relay: String) -> Int? { state.cursors[relay] }

  func phases() -> [RepositoryPhase: Int] {
    state.repositories.values.reduce(into: [:]) { $0[$1.phase, default: 0] += 1 }
  }

  func note(_ name: String) -> String? { state.notes[name] }

  func apply(_ changes: SyncChanges) throws {
    try transaction.change { state in
      for did in changes.removed {
        state.repositories[did] = nil
        state.removeRecords(of: did)
      }
      for did in changes.added where state.repositories[did] == nil {
        state.repositories[did] = TrackedRepository(did: did)
      }
      for repository in changes.repositories where state.repositories[repository.did] != nil {
        state.repositories[repository.did] = repository
      }
      for did in changes.cleared { state.removeRecords(of: did) }
      state.cursors.merge(changes.cursors) { $1 }
    }
  }

  func setNote(_ name: String, _ text: String?) throws {
    try transaction.change { $0.notes[name] = text }
  }
}
