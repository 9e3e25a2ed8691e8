import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// What an administrator took down.
protocol TakedownStore {
  /// The note that an administrator left; nil for what is not taken down.
  func reference(of subject: TakedownSubject) throws -> String?
  /// Takes down, or puts back where `reference` is nil.
  func set(_ reference: String?, of subject: TakedownSubject) throws
  /// The keys of an account's records of a collection that are taken down.
  func recordKeys(of did: DID, in collection: NSID) throws -> Set<String>
}

enum TakedownSubject: Hashable, Sendable {
  case account(DID)
  /// Whatever is at the path, also when it is written anew.
  case record(DID, RepoPath)
  case blob(DID, CID)

  var did: DID {
    switch self {
    case .account(let did), .record(let did, _), .blob(let did, _): did
    }
  }
}
