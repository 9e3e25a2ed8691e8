import ATProtoCrypto
import ATProtoData
import ATProtoSyntax

// The blocks of a message: the signed commit, records, and the tree.

extension CommitVerifier {
  /// Returns the commit that is the file's root, after comparing its fields and verifying its
  /// signature.
  func signedCommit(
    _ car: [UInt8],
    did: String,
    rev: String,
    _ account: KnownAccount,
    _ now: UInt64
  ) throws(SyncError) -> (commit: Commit, blocks: CARBlocks) {
    guard did == account.did.string else {
      throw SyncError(.fieldMismatch, "the message is from \(did.prefix(64)), not \(account.did)")
    }
    // Cheap checks come first: old messages are common after a reconnection.
    let rev = try tid(rev, "rev")
    if let known = account.head?.rev, rev <= known {
      throw SyncError(.revNotNewer, "rev \(rev) does not follow \(known)")
    }
    guard !isInFuture(rev, at: now) else {
      throw SyncError(.revInFuture, "rev \(rev) is in the future")
    }

    let blocks: CARBlocks
    let commit: Commit
    do throws(RepoError) {
      blocks = try CARBlocks(car, limits: limits.car)
      guard let root = blocks.roots.first else {
        throw RepoError(.malformedCAR, "'blocks' has no root")
      }
      guard let block = blocks.block(root) else { throw RepoError.missing(root) }
      commit = try Commit(block: block, cid: root)
    } catch {
      throw SyncError(about: error)
    }
    guard commit.did == account.did, commit.rev == rev else {
      throw SyncError(
        .fieldMismatch,
        """
        the commit has rev \(commit.rev) of \(commit.did), but the message has rev \(rev) of \(did)
        """
      )
    }
    do throws(RepoError) {
      try commit.verify(account.signingKey)
    } catch {
      throw SyncError(.badSignature, error.reason)
    }
    return (commit, blocks)
  }

  /// "Future timestamp (beyond a clock drift window of a few minutes)". A rev whose top bit is set is
  /// above all others.
  func isInFuture(_ rev: TID, at now: UInt64) -> Bool {
    let (limit, isOverflowing) = now.addingReportingOverflow(clockDriftMicroseconds)
    return rev.rawValue >= 1 << 63 || !isOverflowing && rev.microseconds > limit
  }

  func checkRecords(
    _ operations: [RecordOperation],
    _ blocks: CARBlocks,
    _ warnings: inout [SyncRelaxation]
  ) throws(SyncError) {
    for operation in operations {
      guard let cid = operation.cid else { continue }
      guard let record = blocks.placed(cid) else {
        try require(
          false,
          .missingRecord,
          &warnings,
          SyncError(.missingBlock, "record \(operation.path) is missing")
        )
        continue
      }
      guard record.range.count <= limits.commit.record else {
        throw SyncError(
          .tooLarge,
          "record \(operation.path) has more than \(limits.commit.record) bytes"
        )
      }
      guard limits.checksRecords else { continue }
      do throws(DataError) {
        // CIDs of other kinds "should probably be ignored by relays".
        _ = try DataValue(
          cbor: record.bytes.span.extracting(record.range).bytes,
          limits: .record,
          rules: .allowsForeignCIDs
        )
      } catch {
        throw SyncError(.invalidRecord, "record \(operation.path): \(error)")
      }
    }
  }

  func checkInversion(
    _ commit: Commit,
    _ operations: [RecordOperation],
    _ blocks: CARBlocks,
    prevData: CID?,
    _ warnings: inout [SyncRelaxation]
  ) throws(SyncError) {
    do throws(SyncError) {
      try invert(commit, operations, blocks, to: prevData)
    } catch {
      // Nodes are missing from slices of before Sync 1.1. Other errors are of the tree itself.
      guard error.code == .inversionMismatch || error.code == .missingBlock else { throw error }
      try require(false, .inversionMismatch, &warnings, error)
    }
  }

  private func invert(
    _ commit: Commit,
    _ operations: [RecordOperation],
    _ blocks: CARBlocks,
    to prevData: CID?
  ) throws(SyncError) {
    var tree = MerkleSearchTree(root: commit.data, store: blocks)
    do {
      if operations.isEmpty {
        // "Commits can be 'empty'". The topmost node is in the slice anyway.
        _ = try tree.top()
      }
      try tree.invert(operations)
    } catch let error as RepoError {
      throw SyncError(about: error)
    } catch {
      throw SyncError(.invalidTree, "\(error)")
    }
    // The first commit of a repository follows the empty tree.
    let prevData = prevData ?? MerkleSearchTree.emptyNode.cid
    guard tree.root == prevData else {
      throw SyncError(
        .inversionMismatch,
        "the inverted operations lead to tree \(tree.root), not \(prevData)"
      )
    }
  }
}

extension SyncError {
  fileprivate init(about error: RepoError) {
    let code: Code =
      switch error.code {
      case .malformedCAR, .truncatedCAR, .wrongHash: .malformedCAR
      case .tooLarge: .tooLarge
      case .missingBlock: .missingBlock
      case .invalidCommit: .invalidCommit
      case .operationMismatch: .inversionMismatch
      default: .invalidTree
      }
    self.init(code, error.description)
  }
}
