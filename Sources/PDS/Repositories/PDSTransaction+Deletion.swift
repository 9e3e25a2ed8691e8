import ATProtoData
import ATProtoSyntax

extension PDSTransaction {
  /// Removes all that is stored of an account's repository and blobs, and the events that told of
  /// them: "the deleted account's data should be removed" (Account specification).
  ///
  /// - Returns: the blobs. Once this is on the disk, ``PDSCore/removeFiles(_:)`` removes the files
  ///   of those that no other account has.
  func removeData(of did: DID) throws -> [CID] {
    try repositories.delete(did)
    let cids = try blobs.removeAll(of: did)
    try sequence.removeEvents(of: did)
    return cids
  }
}
