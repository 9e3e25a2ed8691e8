import ATProtoCrypto
import ATProtoData
import ATProtoSyntax

/// Verifies messages of the firehose against the known state of their account (Sync specification,
/// "Message Validation Checklist").
///
/// The verifier is a function of its arguments and keeps no state, so messages of different
/// accounts can be verified concurrently. Messages of one account must be verified in order, each
/// with the ``VerifiedCommit/head`` of the previous one. The caller checks that the account is
/// active and that the message came from its host.
///
/// A broken chain is reported only for a genuine message, because everything else is checked first.
public struct CommitVerifier: Sendable {
  /// The limits of messages.
  public var limits: SyncLimits
  /// How far a `rev` may be in the future: "a clock drift window of a few minutes".
  public var clockDriftMicroseconds: UInt64

  /// Creates a verifier.
  public init(limits: SyncLimits = .default, clockDriftMicroseconds: UInt64 = 300_000_000) {
    self.limits = limits
    self.clockDriftMicroseconds = clockDriftMicroseconds
  }

  /// Verifies a `#commit` message. Throws a ``SyncError`` if a check fails.
  ///
  /// - Parameter now: microseconds since the Unix epoch.
  public func verify(
    _ message: CommitMessage,
    for account: KnownAccount,
    now: UInt64
  ) throws(SyncError) -> VerifiedCommit {
    try checkSizes(message)
    let since: TID? = if let since = message.since { try tid(since, "since") } else { nil }
    let operations = try operations(message)
    let (commit, blocks) = try signedCommit(
      message.blocks,
      did: message.repo,
      rev: message.rev,
      account,
      now
    )
    guard commit.cid == message.commit else {
      throw SyncError(.fieldMismatch, "the message names commit \(message.commit)")
    }
    try checkRecords(operations, blocks)
    try checkInversion(commit, operations, blocks, prevData: message.prevData)
    if let head = account.head {
      guard since == head.rev, message.prevData == head.data else {
        throw SyncError(
          .chainBroken,
          "the message follows \(message.since ?? "nothing"), but the last known rev is \(head.rev)"
        )
      }
    }
    return VerifiedCommit(commit: commit, since: since, operations: operations, blocks: blocks)
  }

  /// Verifies a `#sync` message. Throws a ``SyncError`` if a check fails.
  ///
  /// - Parameter now: microseconds since the Unix epoch.
  public func verify(
    _ message: SyncMessage,
    for account: KnownAccount,
    now: UInt64
  ) throws(SyncError) -> VerifiedSyncMessage {
    guard message.blocks.count <= limits.syncBlocks else {
      throw SyncError(.tooLarge, "'blocks' has more than \(limits.syncBlocks) bytes")
    }
    let (commit, _) = try signedCommit(
      message.blocks,
      did: message.did,
      rev: message.rev,
      account,
      now
    )
    return VerifiedSyncMessage(
      commit: commit,
      requiresResynchronization: commit.data != account.head?.data
    )
  }

  // MARK: The message

  private func checkSizes(_ message: CommitMessage) throws(SyncError) {
    guard message.blocks.count <= limits.commit.slice else {
      throw SyncError(.tooLarge, "'blocks' has more than \(limits.commit.slice) bytes")
    }
    guard message.operations.count <= limits.commit.operations else {
      throw SyncError(.tooLarge, "more than \(limits.commit.operations) operations")
    }
  }

  private func operations(
    _ message: CommitMessage
  ) throws(SyncError) -> [RecordOperation] {
    var operations: [RecordOperation] = []
    operations.reserveCapacity(message.operations.count)
    for operation in message.operations {
      let path: RepoPath
      do throws(RepoError) {
        path = try RepoPath(operation.path)
      } catch {
        throw SyncError(.malformedMessage, error.reason)
      }
      // "`cid` … `null` if record has been deleted"; "`prev` … previous version of record (for
      // 'update' and 'delete'), or not defined (for 'create')".
      switch (RecordOperation.Action(rawValue: operation.action), operation.cid, operation.prev) {
      case (.create?, _?, nil), (.update?, _?, _?), (.delete?, nil, _?): break
      default:
        throw SyncError(
          .malformedMessage,
          "operation '\(operation.action.prefix(16))' on \(path) does not have the fields of its action"
        )
      }
      operations.append(
        RecordOperation(
          action: RecordOperation.Action(rawValue: operation.action)!,
          path: path,
          cid: operation.cid,
          prev: operation.prev
        )
      )
    }
    if operations.count > 1, Set(operations.lazy.map(\.path)).count < operations.count {
      throw SyncError(.malformedMessage, "two operations on one path")
    }
    return operations
  }

  private func tid(_ text: String, _ field: String) throws(SyncError) -> TID {
    do throws(SyntaxError) {
      return try TID(text)
    } catch {
      throw SyncError(.malformedMessage, "'\(field)': \(error)")
    }
  }

  // MARK: The commit

  /// Returns the commit that is the file's root, after comparing its fields and verifying its
  /// signature.
  private func signedCommit(
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
    guard rev.rawValue < 1 << 63, rev.microseconds <= now.addingClamped(clockDriftMicroseconds)
    else { throw SyncError(.revInFuture, "rev \(rev) is in the future") }

    let blocks: CARBlocks
    let commit: Commit
    do throws(RepoError) {
      blocks = try CARBlocks(car, limits: limits.car)
      guard let root = blocks.roots.first else {
        throw RepoError(.malformedCAR, "'blocks' does not name a commit")
      }
      guard let block = blocks.block(root) else { throw RepoError.missing(root) }
      commit = try Commit(block: block, cid: root)
    } catch {
      throw SyncError(about: error)
    }
    guard commit.did == account.did, commit.rev == rev else {
      throw SyncError(
        .fieldMismatch,
        "the commit is rev \(commit.rev) of \(commit.did), the message names \(rev) of \(did)"
      )
    }
    do throws(RepoError) {
      try commit.verify(account.signingKey)
    } catch {
      throw SyncError(.badSignature, error.reason)
    }
    return (commit, blocks)
  }

  // MARK: Records and tree

  private func checkRecords(
    _ operations: [RecordOperation],
    _ blocks: CARBlocks
  ) throws(SyncError) {
    for operation in operations {
      guard let cid = operation.cid else { continue }
      guard let record = blocks.placed(cid) else {
        throw SyncError(.missingBlock, "record \(operation.path) is missing")
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

  private func checkInversion(
    _ commit: Commit,
    _ operations: [RecordOperation],
    _ blocks: CARBlocks,
    prevData: CID?
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

extension UInt64 {
  fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
