import ATProtoRepo
import ATProtoSyntax
import ServiceKit
import XRPC
import XRPCServer

extension RepositoryEdit {
  /// How far in the future consumers accept a rev, in microseconds.
  private static let maximumClockSkew: UInt64 = 300 * 1_000_000

  /// Replaces an account's repository with an imported one, under a new commit that is signed with
  /// the account's key on this server. Appends a `#sync` event, because a `#commit` event could not
  /// describe the difference.
  static func replace(
    by imported: ImportedRepository,
    in transaction: any PDSTransaction,
    _ tids: TIDGenerator
  ) throws {
    let did = imported.did
    guard let current = try transaction.repositories.head(of: did) else {
      throw ServiceError(.corruption, "\(did) has no repository")
    }
    // Importing the same tree again does not change anything and does not emit an event.
    let store = transaction.repositories.blocks(of: did)
    if try Repository(head: current.head, store: store).commit.data == imported.data { return }
    // Relays expect a rev that is later than that of the other server, but they ignore a rev that
    // is far in the future, which nothing could follow in the end. Such a repository continues now.
    let latest = tids.next().microseconds + maximumClockSkew
    let previous = imported.rev.microseconds > latest ? current.rev : max(current.rev, imported.rev)
    guard let rev = tids.next(after: previous) else {
      throw ServiceError(.corruption, "\(did) has no later revision")
    }
    let key = try transaction.accounts.signingKey(of: did)
    let commit = Commit(did: did, data: imported.data, rev: rev, signedBy: key)
    let blocks = transaction.repositories.blocks(of: did)
    let records = transaction.repositories.records(of: did)
    try blocks.removeAll()
    try records.removeAll()
    try transaction.blobs.removeReferences(of: did)
    try blocks.insert(commit.cid, commit.block, rev: rev)
    try imported.forEachBlock { cid, block in try blocks.insert(cid, block, rev: rev) }
    for record in imported.records { try records.set(RepoPath(record.key), record.cid) }
    for (record, cids) in imported.blobs {
      try transaction.blobs.addReferences(cids, from: record, rev: rev, of: did)
    }
    try transaction.repositories.setHead(RepositoryHead(did: did, head: commit.cid, rev: rev))
    if try transaction.accounts.status(of: did)?.isActive == true {
      try transaction.sequence.append(.sync(commit))
    }
  }
}
