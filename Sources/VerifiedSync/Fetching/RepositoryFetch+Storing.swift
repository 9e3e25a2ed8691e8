import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax

// Storing the changes of a repository that has been verified.

extension RepositoryFetch {
  /// The maximum number of records to store at once.
  private static let batch = 500
  /// The same in bytes.
  private static let batchBytes = 4 << 20
  private static let chunk = 1 << 20

  func save(
    _ difference: RepositoryDifference,
    _ rev: TID,
    _ file: File
  ) async throws {
    var batch = Batch(did: job.did, rev: rev)
    for path in difference.deleted {
      batch.add(path, .delete, nil, nil)
      if batch.count >= Self.batch { try await apply(&batch) }
    }
    var reader = CARReader()
    var offset = 0
    var changed = difference.changed
    while !changed.isEmpty {
      let chunk = try file.read(Self.chunk, at: offset)
      guard !chunk.isEmpty else { break }
      offset += chunk.count
      reader.append(chunk)
      while let section = try reader.next() {
        guard case .block(let cid, let block) = section,
          let paths = changed.removeValue(forKey: cid)
        else { continue }
        // An account can store anything; blocks that are not records are skipped.
        guard let record = try? DataValue(cbor: block, limits: .record, rules: .allowsForeignCIDs)
        else { continue }
        for path in paths {
          batch.add(path.path, path.isNew ? .create : .update, cid, record)
          batch.bytes += block.count
        }
        if batch.count >= Self.batch || batch.bytes >= Self.batchBytes {
          try await apply(&batch)
        }
      }
    }
    try await apply(&batch)
  }

  private func apply(_ batch: inout Batch) async throws {
    guard batch.count > 0 else { return }
    await environment.outbox.waitForRoom()
    try Task.checkCancellation()
    let changes = batch.changes
    try await environment.outbox.apply(changes)
    batch = Batch(did: batch.did, rev: batch.rev)
  }

  private struct Batch {
    let did: DID
    let rev: TID
    var changes = SyncChanges()
    var bytes = 0

    init(did: DID, rev: TID) {
      self.did = did
      self.rev = rev
    }

    var count: Int { changes.events.count }

    mutating func add(
      _ path: RepoPath,
      _ action: RecordChange.Action,
      _ cid: CID?,
      _ record: DataValue?
    ) {
      let change = RecordChange(
        isLive: false,
        rev: rev,
        did: did,
        collection: path.collection,
        recordKey: path.recordKey,
        action: action,
        cid: cid,
        record: record
      )
      changes.events.append(.record(change))
      changes.records.append(.init(did: did, path: path.string, cid: cid))
    }
  }
}
