import ATProtoData

/// The open interval of the keys of a subtree; nil means unbounded.
struct MSTBounds {
  var lower: MSTKey?
  var upper: MSTKey?

  /// The interval of a slot of `node`, which is a part of this interval.
  func slot(_ slot: Int, of node: MSTNode) -> MSTBounds {
    MSTBounds(
      lower: slot > 0 ? node.entries[slot - 1].key : lower,
      upper: slot < node.entries.count ? node.entries[slot].key : upper
    )
  }

  func check(_ node: MSTNode, _ cid: CID) throws(RepoError) {
    guard let first = node.entries.first?.key, let last = node.entries.last?.key else { return }
    if let lower, first <= lower {
      throw RepoError(.keyOrder, "\(cid): '\(first)' is left of its subtree")
    }
    if let upper, last >= upper {
      throw RepoError(.keyOrder, "\(cid): '\(last)' is right of its subtree")
    }
  }
}

extension MSTNode {
  /// "It may also be necessary to limit the overall depth of the repo" ("Security Considerations").
  /// The probability that one of ten million random keys reaches this height is 10^-8; an attacker
  /// must compute 10^14 hashes for each such key.
  static let maximumHeight = 24

  static func check(height: Int) throws(RepoError) {
    guard height <= maximumHeight else {
      throw RepoError(.tooHigh, "a key of height \(height); at most \(maximumHeight) is allowed")
    }
  }

  /// Checks the requirements for the topmost node of a tree, and returns its height.
  func checkOnTop(_ cid: CID) throws(RepoError) -> Int {
    if let height {
      try Self.check(height: height)
      return height
    }
    // "The top of the tree must not be a an empty node which only points to a sub-tree."
    guard left == nil else {
      throw RepoError(.superfluousNode, "\(cid): an empty node on top of the tree")
    }
    return 0
  }

  /// Checks the requirements for a node at its place below the top.
  func check(_ cid: CID, _ height: Int, _ bounds: MSTBounds) throws(RepoError) {
    if let keyHeight = self.height {
      guard keyHeight == height else {
        throw RepoError(.keyHeight, "\(cid): keys of layer \(keyHeight) in layer \(height)")
      }
    } else if left == nil || height <= 0 {
      // "Empty intermediate nodes are allowed, as long as they point to a sub-tree".
      throw RepoError(.superfluousNode, "\(cid): an empty node below the top")
    }
    try bounds.check(self, cid)
  }
}
