import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit

extension RepositoryStore {
  /// Writes a repository, or only what is newer than the revision `since`, as a CAR file.
  ///
  /// The blocks are in the order of the store, the newest first. The order that is best for
  /// streaming (Repository specification, "Streamable CAR Block Ordering") would cost a lookup for
  /// each block.
  func export(_ head: RepositoryHead, since: TID?, to spool: Spool) throws {
    let blocks = blocks(of: head.did)
    var writer = CARWriter(roots: [head.head])
    guard let commit = try blocks.block(head.head) else {
      throw ServiceError(.corruption, "\(head.did) has no commit \(head.head)")
    }
    if since.map({ $0 < head.rev }) ?? true { writer.append(head.head, commit) }
    let identifier = head.head.bytes
    try blocks.forEach(since: since) { cid, block in
      if identifier.isEqual(to: cid) { return }
      writer.append(cid, block)
      if writer.bytes.count >= 256 << 10 { try spool.append(writer.take()) }
    }
    try spool.append(writer.take())
  }

  /// Writes single blocks as a CAR file, each once. Throws `BlockNotFound` before writing anything.
  func export(_ cids: [CID], of did: DID, to spool: Spool) throws {
    let blocks = blocks(of: did)
    for cid in cids where try !blocks.contains(cid) {
      throw ComAtproto.Sync.GetBlocks.Failure.blockNotFound(message: "block \(cid) not found")
    }
    var writer = CARWriter(roots: [])
    var written: Set<CID> = []
    for cid in cids where written.insert(cid).inserted {
      guard let block = try blocks.block(cid) else { continue }
      writer.append(cid, block)
      if writer.bytes.count >= 256 << 10 { try spool.append(writer.take()) }
    }
    try spool.append(writer.take())
  }
}

extension [UInt8] {
  fileprivate func isEqual(to other: RawSpan) -> Bool {
    other.byteCount == count && other.withUnsafeBytes { elementsEqual($0) }
  }
}
