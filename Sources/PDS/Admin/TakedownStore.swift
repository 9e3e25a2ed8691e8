package import ATProtoData
package import ATProtoRepo
package import ATProtoSyntax

/// The takedowns by the administrator.
package protocol TakedownStore {
  /// The administrator's reference; nil if the subject is not taken down.
  func reference(of subject: TakedownSubject) throws -> String?
  /// Takes the subject down, or restores it if `reference` is nil. Accounts and blobs are marked
  /// in ``AccountStore`` and ``BlobIndex`` as well, where they are served from.
  func set(_ reference: String?, of subject: TakedownSubject) throws
  /// The record keys of the account's records in a collection that are taken down.
  func recordKeys(of did: DID, in collection: NSID) throws -> Set<String>
}

package enum TakedownSubject: Hashable, Sendable {
  case account(DID)
  /// Whatever record is at the path, including one written later.
  case record(DID, RepoPath)
  case blob(DID, CID)

  package var did: DID {
    switch self {
    case .account(let did), .record(let did, _), .blob(let did, _): did
    }
  }
}
