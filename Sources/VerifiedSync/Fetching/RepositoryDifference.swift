import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// The records of a repository compared with those that were delivered.
struct RepositoryDifference: Sendable {
  struct Changed: Sendable {
    var path: RepoPath
    var isNew: Bool
  }

  /// Wanted records that are new or have changed, by CID.
  private(set) var changed: [CID: [Changed]] = [:]
  /// The wanted records of the repository.
  private(set) var count = 0
  /// The number of records that are new or have changed.
  private var changedCount = 0
  private var known: [String: CID]
  private let collections: [CollectionPattern]

  init(_ known: [String: CID], _ collections: [CollectionPattern]) {
    self.known = known
    self.collections = collections
  }

  /// Leaves out keys that are not paths: an old one must not keep all others from being found.
  mutating func add(_ key: MSTKey, _ cid: CID) {
    guard let path = try? RepoPath(key) else { return }
    let before = known.removeValue(forKey: path.string)
    guard collections.wants(path.collection) else { return }
    count += 1
    guard before != cid else { return }
    changedCount += 1
    changed[cid, default: []].append(Changed(path: path, isNew: before == nil))
  }

  var changeCount: Int { changedCount + known.count }

  /// Records that were delivered and are not in the repository.
  var deleted: [RepoPath] {
    known.keys.sorted().compactMap { try? RepoPath($0) }
  }
}
