import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// A repository that was read from a CAR file and verified: hashes, tree and signature.
struct VerifiedExport {
  struct Record {
    var cid: CID
    var block: [UInt8]
  }

  let commit: Commit
  let blockCount: Int
  /// By path.
  private(set) var records: [String: Record] = [:]

  init(car: [UInt8], did: FormatString<DID>, key: PublicKey) throws {
    let step = "verify the commit"
    do {
      let store = try CARBlocks(car)
      guard let head = store.roots.first else {
        throw ScenarioFailure(step: step, reason: "the CAR file does not name a commit")
      }
      let repository = try Repository(head: head, store: store)
      commit = repository.commit
      blockCount = store.count
      guard repository.did.string == did.string else {
        throw ScenarioFailure(step: step, reason: "the repository belongs to \(repository.did)")
      }
      try commit.verify(key)
      for (path, cid) in try repository.tree.entries() {
        guard let block = store.block(cid) else {
          throw ScenarioFailure(step: step, reason: "record \(path) is missing from the CAR file")
        }
        records[path.description] = Record(cid: cid, block: block)
      }
    } catch let error as RepoError {
      throw ScenarioFailure(step: step, reason: "\(error)")
    }
  }
}
