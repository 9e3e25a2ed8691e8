import ATProtoData
import ATProtoSyntax

extension PDSTransaction {
  /// Removes an account's repository, blobs and events: "the deleted account's data should be removed"
  /// (Account specification).
  ///
  /// - Returns: The blobs. After the transaction, ``BlobLifecycle/delete(_:)`` deletes the objects of
  ///   those that no other account has.
  func removeData(of did: DID) throws -> [CID] {
    try repositories.delete(did)
    let cids = try blobs.removeAll(of: did)
    try sequence.removeEvents(of: did)
    return cids
  }
}
