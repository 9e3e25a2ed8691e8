import ATProtoData
public import ATProtoSyntax

/// Collections that a commit adds to a repository or removes from it.
public struct CollectionChanges: Hashable, Sendable {
  /// Collections whose first record was created.
  public var appeared: Set<NSID>
  /// Collections whose last record was deleted.
  public var vanished: Set<NSID>

  /// Creates changes.
  public init(appeared: Set<NSID> = [], vanished: Set<NSID> = []) {
    self.appeared = appeared
    self.vanished = vanished
  }

  /// Whether no collection appeared or disappeared.
  public var isEmpty: Bool { appeared.isEmpty && vanished.isEmpty }
}

extension VerifiedCommit {
  /// Returns the collections that appeared or disappeared.
  ///
  /// The records of a collection are next to each other in the tree, so the neighbors of a created
  /// or deleted record, which a covering proof contains, decide. If they are not in the message, a
  /// collection counts as new but not as removed: an index loses nothing if it adds what it already
  /// has.
  ///
  /// Throws a ``RepoError`` about the tree, which is possible only if its check was relaxed.
  public func collectionChanges() throws(RepoError) -> CollectionChanges {
    var changes = CollectionChanges()
    var created: [NSID: [MSTKey]] = [:]
    var deleted: [NSID: MSTKey] = [:]
    // A record that was updated existed before and exists now.
    var unchanged: Set<NSID> = []
    for operation in operations {
      let collection = operation.path.collection
      switch operation.action {
      case .create: created[collection, default: []].append(try operation.path.key())
      case .delete: deleted[collection] = try operation.path.key()
      case .update: unchanged.insert(collection)
      }
    }
    let tree = MerkleSearchTree(root: commit.data, store: blocks)
    for (collection, keys) in created
    where !unchanged.contains(collection) && deleted[collection] == nil {
      if try tree.contains(only: keys.sorted(), in: collection, ifUnknown: true) {
        changes.appeared.insert(collection)
      }
    }
    for (collection, key) in deleted
    where !unchanged.contains(collection) && created[collection] == nil {
      if try tree.contains(only: [key], in: collection, ifUnknown: false) {
        changes.vanished.insert(collection)
      }
    }
    return changes
  }
}

extension MerkleSearchTree {
  /// Whether no other records of a collection are next to these, which are sorted. Returns
  /// `fallback` if a node is missing.
  fileprivate func contains(
    only keys: [MSTKey],
    in collection: NSID,
    ifUnknown fallback: Bool
  ) throws(RepoError) -> Bool {
    let prefix = [UInt8]("\(collection.string)/".utf8)
    func isOther(_ neighbor: MSTKey?, than expected: MSTKey?) -> Bool {
      guard let neighbor, neighbor != expected else { return false }
      return neighbor.bytes.starts(with: prefix)
    }
    do {
      for (index, key) in keys.enumerated() {
        let (before, after) = try neighbors(of: key)
        if index == 0, isOther(before, than: nil) { return false }
        if isOther(after, than: index + 1 < keys.count ? keys[index + 1] : nil) { return false }
      }
      return true
    } catch let error as RepoError {
      guard error.code == .missingBlock else { throw error }
      return fallback
    } catch {
      throw RepoError(.malformedBlock, "\(error)")
    }
  }
}
