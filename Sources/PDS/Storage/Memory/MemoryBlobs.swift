import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// The blobs of one account.
struct MemoryBlobTable: Sendable {
  struct References: Sendable {
    var cids: Set<CID>
    var rev: TID
  }

  var entries: [CID: BlobEntry] = [:]
  /// References by the CID of the record.
  var references: [CID: References] = [:]

  var referenced: Set<CID> { references.values.reduce(into: []) { $0.formUnion($1.cids) } }
}

struct MemoryBlobDeletion: Sendable {
  var deletion: BlobDeletion
  /// Seconds since 1970.
  var changedAt: Int
}

struct MemoryBlobs: BlobIndex {
  let transaction: MemoryPDSTransaction

  private func table(_ did: DID) -> MemoryBlobTable {
    transaction.state.blobs[did] ?? MemoryBlobTable()
  }

  private func sorted(_ cids: some Sequence<CID>) -> [CID] {
    cids.sorted { $0.string < $1.string }
  }

  func blob(_ cid: CID, of did: DID) -> BlobEntry? { table(did).entries[cid] }

  func insert(_ blob: BlobEntry, of did: DID) throws {
    try transaction.change(of: did) { state in
      var table = state.blobs[did] ?? MemoryBlobTable()
      if table.entries[blob.cid] == nil {
        table.entries[blob.cid] = blob
        table.entries[blob.cid]?.isTakenDown = false
      }
      table.entries[blob.cid]?.uploadedAt = blob.uploadedAt
      state.blobs[did] = table
    }
  }

  func remove(_ cid: CID, of did: DID) throws {
    try transaction.change { $0.blobs[did]?.entries[cid] = nil }
  }

  func isReferred(_ cid: CID, of did: DID) -> Bool {
    table(did).references.values.contains { $0.cids.contains(cid) }
  }

  func isHeld(_ cid: CID) -> Bool {
    transaction.state.blobs.values.contains { $0.entries[cid] != nil }
  }

  func isEmpty() -> Bool { transaction.state.blobs.values.allSatisfy { $0.entries.isEmpty } }

  func size(of did: DID) -> Int { table(did).entries.values.reduce(0) { $0 + $1.size } }

  func setTakenDown(_ cid: CID, _ isTakenDown: Bool, of did: DID) throws {
    try transaction.change { $0.blobs[did]?.entries[cid]?.isTakenDown = isTakenDown }
  }

  func addReferences(_ cids: [CID], from record: CID, rev: TID, of did: DID) throws {
    guard !cids.isEmpty else { return }
    try transaction.change(of: did) { state in
      var table = state.blobs[did] ?? MemoryBlobTable()
      var references = table.references[record] ?? .init(cids: [], rev: rev)
      references.cids.formUnion(cids)
      references.rev = max(references.rev, rev)
      table.references[record] = references
      state.blobs[did] = table
    }
  }

  func removeReferences(from records: [CID], of did: DID) throws {
    try transaction.change { state in
      for record in records { state.blobs[did]?.references[record] = nil }
    }
  }

  func removeReferences(of did: DID) throws {
    try transaction.change { $0.blobs[did]?.references = [:] }
  }

  func references(from record: CID, of did: DID) -> [CID] {
    sorted(table(did).references[record]?.cids ?? [])
  }

  func referenceCount(of did: DID) -> Int {
    table(did).references.values.reduce(0) { $0 + $1.cids.count }
  }

  func removeAll(of did: DID) throws -> [CID] {
    let cids = held(of: did)
    try transaction.change { $0.blobs[did] = nil }
    return cids
  }

  func page(of did: DID, since: TID?, after cursor: String?, limit: Int) -> BlobPage {
    let table = table(did)
    var newest: [CID: TID] = [:]
    for references in table.references.values {
      for cid in references.cids {
        newest[cid] = max(newest[cid] ?? references.rev, references.rev)
      }
    }
    let rest = sorted(newest.keys.filter { $0.string > cursor ?? "" })
    var page = BlobPage(next: cursor ?? "")
    for (index, cid) in rest.enumerated() {
      guard index < BlobPage.maximumScan, page.cids.count < limit else { return page }
      page.next = cid.string
      if let rev = newest[cid], since.map({ rev > $0 }) ?? true { page.cids.append(cid) }
    }
    let isFull = page.cids.count == limit || rest.count == BlobPage.maximumScan
    if !isFull { page.next = nil }
    return page
  }

  func missing(of did: DID, after cursor: String?, limit: Int) -> [MissingBlob] {
    let table = table(did)
    let records = transaction.state.repositories[did]?.records ?? [:]
    let cids = table.referenced.filter { table.entries[$0] == nil && $0.string > cursor ?? "" }
    return sorted(cids).prefix(limit).compactMap { cid in
      let record = table.references.filter { $0.value.cids.contains(cid) }.keys
        .min { $0.bytes.lexicographicallyPrecedes($1.bytes) }
      return records.filter { $0.value == record }.keys
        .min { left, right in
          (left.collection.string, left.recordKey.string)
            < (right.collection.string, right.recordKey.string)
        }
        .map { MissingBlob(cid: cid, path: $0) }
    }
  }

  func counts(of did: DID) -> BlobCounts {
    let table = table(did)
    let referenced = table.referenced
    return BlobCounts(
      referred: referenced.count,
      present: referenced.count { table.entries[$0] != nil }
    )
  }

  func unreferred(before seconds: Int, limit: Int) -> [HeldBlob] {
    var found: [HeldBlob] = []
    for (did, table) in transaction.state.blobs {
      let referenced = table.referenced
      for entry in table.entries.values
      where entry.uploadedAt < seconds && !referenced.contains(entry.cid) {
        found.append(HeldBlob(did: did, cid: entry.cid))
        if found.count == limit { return found }
      }
    }
    return found
  }

  func held(of did: DID) -> [CID] { sorted(table(did).entries.keys) }
}

// MARK: Deletions

extension MemoryBlobs {
  func beginDeletion(
    of cids: [CID],
    as generation: Int,
    at seconds: Int,
    abandonedBefore abandoned: Int
  ) throws -> [CID] {
    let begun = cids.filter { cid in
      guard !isHeld(cid) else { return false }
      guard let entry = transaction.state.blobDeletions[cid] else { return true }
      return entry.deletion.isFinished || entry.changedAt < abandoned
    }
    try transaction.change { state in
      for cid in begun {
        state.blobDeletions[cid] = MemoryBlobDeletion(
          deletion: BlobDeletion(generation: generation, isFinished: false),
          changedAt: seconds
        )
      }
    }
    return begun
  }

  func finishDeletion(of cids: [CID], as generation: Int, at seconds: Int) throws {
    try transaction.change { state in
      for cid in cids where state.blobDeletions[cid]?.deletion.generation == generation {
        state.blobDeletions[cid]?.deletion.isFinished = true
        state.blobDeletions[cid]?.changedAt = seconds
      }
    }
  }

  func deletion(of cid: CID) -> BlobDeletion? { transaction.state.blobDeletions[cid]?.deletion }

  func unfinishedDeletions(before seconds: Int, limit: Int) -> [CID] {
    let found = transaction.state.blobDeletions.filter { _, entry in
      !entry.deletion.isFinished && entry.changedAt < seconds
    }
    return Array(sorted(found.keys).prefix(limit))
  }

  func forgetDeletions(before seconds: Int) throws {
    try transaction.change { state in
      state.blobDeletions = state.blobDeletions.filter { _, entry in
        !(entry.deletion.isFinished && entry.changedAt < seconds)
      }
    }
  }
}
