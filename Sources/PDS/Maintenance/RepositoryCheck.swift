import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// Checks that the repository of an account is complete, and that its record index matches its tree.
struct RepositoryCheck: Sendable {
  private(set) var findings: [PDSFinding] = []
  private(set) var recordCount = 0
  private(set) var blockCount = 0
  private var referenceCount = 0
  /// The records whose references have been counted; a record can be at many paths.
  private var referringRecords: Set<CID> = []
  private let did: DID

  init(unreadable did: DID, _ error: any Error) {
    self.did = did
    damage("the repository cannot be read: \(error)")
  }

  init(of did: DID, in transaction: any PDSTransaction) {
    self.did = did
    do {
      guard let head = try transaction.repositories.head(of: did) else {
        damage("the repository is missing")
        return
      }
      let commit = try verify(head, transaction)
      guard commit.did == did, commit.rev == head.rev else {
        damage("the newest commit is \(commit.rev) of \(commit.did), not \(head.rev)")
        return
      }
      try commit.verify(transaction.accounts.signingKey(of: did).publicKey)
      if let account = try transaction.accounts.account(did), !account.plcBlock.isEmpty,
        account.plcOperation == nil
      {
        damage("the PLC operation cannot be decoded")
      }
      try compareCounts(transaction)
    } catch {
      damage("the repository is damaged: \(error)")
    }
  }

  private mutating func damage(_ text: String) {
    findings.append(.damage(did.string, text))
  }

  private mutating func verify(
    _ head: RepositoryHead,
    _ transaction: any PDSTransaction
  ) throws -> Commit {
    let records = transaction.repositories.records(of: did)
    var verifier = RepositoryVerifier()
    var writer = CARWriter(roots: [head.head])
    try transaction.repositories.blocks(of: did).forEach(since: nil) { cid, block in
      writer.append(cid, block)
      guard writer.bytes.count >= 256 << 10 else { return }
      try verifier.append(writer.take()) { try compare($0, $1, records, transaction.blobs) }
    }
    try verifier.append(writer.take()) { try compare($0, $1, records, transaction.blobs) }
    let summary = try verifier.finish()
    blockCount = summary.blockCount
    if summary.unlinkedCount > 0 {
      findings.append(
        .notice(
          did.string,
          "\(summary.unlinkedCount) blocks belong neither to a record nor to a node"
        )
      )
    }
    return summary.commit
  }

  /// Compares an entry of the tree with the record index and with the blob references.
  private mutating func compare(
    _ key: MSTKey,
    _ cid: CID,
    _ records: any RecordStore,
    _ blobs: any BlobIndex
  ) throws {
    let path = try RepoPath(key)
    recordCount += 1
    guard let entry = try records.entry(path), entry.cid == cid else {
      return damage("the record index does not match the tree for the record \(path)")
    }
    let expected = Set(try DataValue(cbor: entry.block, limits: .record).blobs.map(\.ref))
    if !expected.isEmpty, !referringRecords.insert(cid).inserted { return }
    referenceCount += expected.count
    if try Set(blobs.references(from: cid, of: did)) != expected {
      damage("the blob index does not match the references of the record \(path)")
    }
  }

  private mutating func compareCounts(_ transaction: any PDSTransaction) throws {
    let indexed = try transaction.repositories.records(of: did).count()
    if indexed != recordCount {
      damage("the record index has \(indexed) records, the tree has \(recordCount)")
    }
    let noted = try transaction.blobs.referenceCount(of: did)
    if noted != referenceCount {
      damage("the blob index has \(noted) references, the records have \(referenceCount)")
    }
    let counts = try transaction.blobs.counts(of: did)
    if counts.present < counts.referred {
      findings.append(
        .notice(
          did.string,
          "\(counts.referred - counts.present) referenced blobs were not uploaded"
        )
      )
    }
  }
}
