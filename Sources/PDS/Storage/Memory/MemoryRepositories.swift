import ATProtoData
import ATProtoRepo
import ATProtoSyntax

struct MemoryRepository: Sendable {
  struct Block: Sendable {
    var rev: TID
    var bytes: [UInt8]
  }

  var head: RepositoryHead?
  var blocks: [CID: Block] = [:]
  var records: [RepoPath: CID] = [:]
}

struct MemoryRepositories: RepositoryStore {
  let transaction: MemoryPDSTransaction

  func head(of did: DID) -> RepositoryHead? { transaction.state.repositories[did]?.head }

  func setHead(_ head: RepositoryHead) throws {
    try transaction.change(of: head.did) {
      $0.repositories[head.did, default: MemoryRepository()].head = head
    }
  }

  func delete(_ did: DID) throws {
    try transaction.change { $0.repositories[did] = nil }
  }

  func page(after cursor: String?, limit: Int) -> [HostedRepository] {
    let state = transaction.state
    let hosted = state.repositories.values.compactMap { repository -> HostedRepository? in
      guard let head = repository.head, head.did.string > cursor ?? "",
        let status = state.accounts.rows[head.did]?.account.status
      else { return nil }
      return HostedRepository(head: head, status: status)
    }
    return Array(hosted.sorted { $0.head.did.string < $1.head.did.string }.prefix(limit))
  }

  func page(with collection: NSID, after cursor: String?, limit: Int) -> [DID] {
    let state = transaction.state
    let found = state.repositories.filter { did, repository in
      did.string > cursor ?? "" && state.accounts.rows[did]?.account.status == .active
        && repository.records.keys.contains { $0.collection == collection }
    }
    return Array(found.keys.sorted { $0.string < $1.string }.prefix(limit))
  }

  func blocks(of did: DID) -> any RepositoryBlockStore {
    MemoryBlocks(transaction: transaction, did: did)
  }

  func records(of did: DID) -> any RecordStore {
    MemoryRecords(transaction: transaction, did: did)
  }
}

private struct MemoryBlocks: RepositoryBlockStore {
  let transaction: MemoryPDSTransaction
  let did: DID

  private var blocks: [CID: MemoryRepository.Block] {
    transaction.state.repositories[did]?.blocks ?? [:]
  }

  func block(_ cid: CID) -> [UInt8]? { blocks[cid]?.bytes }

  func contains(_ cid: CID) -> Bool { blocks[cid] != nil }

  func insert(_ cid: CID, _ block: [UInt8], rev: TID) throws {
    guard !contains(cid) else { return }
    try transaction.change(of: did) {
      $0.repositories[did, default: MemoryRepository()].blocks[cid] = .init(rev: rev, bytes: block)
    }
  }

  func remove(_ cids: [CID]) throws {
    try transaction.change { state in
      for cid in cids { state.repositories[did]?.blocks[cid] = nil }
    }
  }

  func removeAll() throws {
    try transaction.change { $0.repositories[did]?.blocks = [:] }
  }

  func forEach(since: TID?, _ body: (_ cid: RawSpan, _ block: RawSpan) throws -> Void) throws {
    let found = blocks.filter { entry in since.map { entry.value.rev > $0 } ?? true }
    for (cid, block) in found.sorted(by: { $0.value.rev > $1.value.rev }) {
      try body(cid.bytes.span.bytes, block.bytes.span.bytes)
    }
  }

  func count() -> Int { blocks.count }
}

private struct MemoryRecords: RecordStore {
  let transaction: MemoryPDSTransaction
  let did: DID

  private var repository: MemoryRepository {
    transaction.state.repositories[did] ?? MemoryRepository()
  }

  func entry(_ path: RepoPath) -> RecordEntry? {
    let repository = repository
    guard let cid = repository.records[path], let block = repository.blocks[cid] else { return nil }
    return RecordEntry(recordKey: path.recordKey, cid: cid, block: block.bytes)
  }

  func cid(_ path: RepoPath) -> CID? { repository.records[path] }

  func page(
    of collection: NSID,
    after cursor: String?,
    limit: Int,
    maximumBytes: Int,
    isAscending: Bool
  ) -> RecordPage {
    let paths = repository.records.keys.filter { path in
      guard path.collection == collection else { return false }
      guard let cursor else { return true }
      let key = path.recordKey.string
      return isAscending ? key > cursor : key < cursor
    }.sorted {
      isAscending
        ? $0.recordKey.string < $1.recordKey.string : $0.recordKey.string > $1.recordKey.string
    }
    var page = RecordPage()
    var size = 0
    for path in paths {
      guard page.entries.count < limit, size < maximumBytes else { break }
      guard let entry = entry(path) else { continue }
      size += entry.block.count
      page.entries.append(entry)
    }
    if page.entries.count == limit || size >= maximumBytes {
      page.next = page.entries.last?.recordKey.string
    }
    return page
  }

  func collections() -> [String] {
    Set(repository.records.keys.map(\.collection.string)).sorted()
  }

  func set(_ path: RepoPath, _ cid: CID?) throws {
    guard let cid else {
      return try transaction.change { $0.repositories[did]?.records[path] = nil }
    }
    try transaction.change(of: did) {
      $0.repositories[did, default: MemoryRepository()].records[path] = cid
    }
  }

  func contains(_ cid: CID) -> Bool { repository.records.values.contains(cid) }

  func removeAll() throws {
    try transaction.change { $0.repositories[did]?.records = [:] }
  }

  func count() -> Int { repository.records.count }
}
