import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax
import ServiceKit

extension RepositoryEdit {
  /// Creates a commit of the same tree that is signed with another key. Appends a `#sync` event,
  /// because a `#commit` event without operations would say less.
  static func signAnew(
    _ did: DID,
    key: PrivateKey,
    in transaction: any PDSTransaction,
    _ tids: TIDGenerator
  ) throws {
    guard let head = try transaction.repositories.head(of: did),
      let rev = tids.next(after: head.rev)
    else { throw ServiceError(.corruption, "\(did) has no repository, or no later revision") }
    let blocks = transaction.repositories.blocks(of: did)
    let before = try Repository(head: head.head, store: blocks).commit
    let commit = Commit(did: did, data: before.data, rev: rev, signedBy: key)
    try blocks.remove([head.head])
    try blocks.insert(commit.cid, commit.block, rev: rev)
    try transaction.repositories.setHead(RepositoryHead(did: did, head: commit.cid, rev: rev))
    if try transaction.accounts.status(of: did)?.isActive == true {
      try transaction.sequence.append(.sync(commit))
    }
  }
}
