import ATProtoData
import ATProtoSyntax

// The fields of a message.

extension CommitVerifier {
  func checkSizes(
    _ message: CommitMessage,
    _ warnings: inout [SyncRelaxation]
  ) throws(SyncError) {
    guard message.blocks.count <= limits.commit.slice else {
      throw SyncError(.tooLarge, "'blocks' has more than \(limits.commit.slice) bytes")
    }
    try require(
      message.operations.count <= limits.commit.operations,
      .tooManyOperations,
      &warnings,
      SyncError(.tooLarge, "more than \(limits.commit.operations) operations")
    )
  }

  /// "Effectively required for MST inversion, despite being marked 'optional'." Only the first
  /// commit does not have it.
  func checkPrevData(
    _ message: CommitMessage,
    _ warnings: inout [SyncRelaxation]
  ) throws(SyncError) {
    try require(
      message.prevData != nil || message.since == nil,
      .missingPrevData,
      &warnings,
      SyncError(.missingPrevData, "the message has 'since' but not 'prevData'")
    )
  }

  func operations(
    _ message: CommitMessage,
    requiresPrev: Bool
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
      case (.update?, _?, nil) where !requiresPrev, (.delete?, nil, nil) where !requiresPrev: break
      default:
        throw SyncError(
          .malformedMessage,
          "operation '\(operation.action.prefix(16))' on \(path) has fields that do not match its action"
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
      throw SyncError(.malformedMessage, "two operations have the same path")
    }
    return operations
  }

  func tid(_ text: String, _ field: String) throws(SyncError) -> TID {
    do throws(SyntaxError) {
      return try TID(text)
    } catch {
      throw SyncError(.malformedMessage, "'\(field)': \(error)")
    }
  }
}
