import ATProtoRepo
import ATProtoSyntax
import ServiceKit
import XRPC
import XRPCServer

extension RepositoryEdit {
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
    guard let rev = tids.next(after: max(current.rev, imported.rev)) else {
      throw XRPCServerError.invalidRequest("the rev \(imported.rev) is the last possible one")
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
    for record in imported.records {
      let path = try RepoPath(record.key)
      try records.set(path, record.cid)
      if let cids = imported.blobs[record.cid] {
        try transaction.blobs.setReferences(cids, at: path, rev: rev, of: did)
      }
    }
    try transaction.repositories.setHead(RepositoryHead(did: did, head: commit.cid, rev: rev))
    if try transaction.accounts.status(of: did)?.isActive == true {
      try transaction.sequence.append(.sync(commit))
    }
  }
}
