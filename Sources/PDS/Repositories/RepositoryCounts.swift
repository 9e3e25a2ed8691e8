import ATProtoSyntax

/// What `checkAccountStatus` tells of an account's data.
struct RepositoryCounts: Sendable {
  var head: RepositoryHead
  var blocks: Int
  var records: Int
  var blobs: BlobCounts

  /// Nil where there is no repository.
  init?(of did: DID, in transaction: any PDSTransaction) throws {
    guard let head = try transaction.repositories.head(of: did) else { return nil }
    self.head = head
    blocks = try transaction.repositories.blocks(of: did).count()
    records = try transaction.repositories.records(of: did).count()
    blobs = try transaction.blobs.counts(of: did)
  }
}
