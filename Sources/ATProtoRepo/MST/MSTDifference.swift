public import ATProtoData

/// The difference between two trees.
public struct MSTDifference: Sendable {
  /// A key whose value differs between the trees.
  public struct Change: Hashable, Sendable {
    /// The key.
    public var key: MSTKey
    /// The old value, or nil if the key is new.
    public var old: CID?
    /// The new value, or nil if the key was removed.
    public var new: CID?

    /// Creates a change.
    public init(key: MSTKey, old: CID?, new: CID?) {
      self.key = key
      self.old = old
      self.new = new
    }
  }

  /// The changed keys, in order.
  public internal(set) var changes: [Change] = []
  /// The nodes that only the new tree has.
  public internal(set) var createdNodes: Set<CID> = []
  /// The nodes that only the old tree has.
  public internal(set) var removedNodes: Set<CID> = []
}

extension MerkleSearchTree {
  /// Returns the difference from `old` to this tree.
  ///
  /// Subtrees that both trees have are not entered, so the cost is proportional to the difference,
  /// and both trees may be partial: only nodes that differ are needed. Throws
  /// ``RepoError/Code/missingBlock`` if such a node is missing.
  public func difference(from old: MerkleSearchTree) throws -> MSTDifference {
    var difference = MSTDifference()
    guard root != old.root else { return difference }
    var before = MSTDifferenceCursor(old)
    var after = MSTDifferenceCursor(self)
    while let left = before.item, let right = after.item {
      if case (.subtree(let one), .subtree(let other)) = (left, right), one == other {
        before.pass()
        after.pass()
        continue
      }
      // Advance the side that is behind: the other side does not have what it passes. A missing
      // subtree can only be one that both sides have, so advance the other side until it reaches
      // that subtree.
      switch try (before.start(), after.start()) {
      case (.behindMissing, _): try before.enter()
      case (_, .behindMissing): try after.enter()
      case (.missing, .missing): try before.enter()
      case (.key, .missing): try before.step { difference.changes.append($0.removal) }
      case (.missing, .key): try after.step { difference.changes.append($0.addition) }
      case (.key(let leftKey), .key(let rightKey)):
        if leftKey < rightKey {
          try before.step { difference.changes.append($0.removal) }
        } else if rightKey < leftKey {
          try after.step { difference.changes.append($0.addition) }
        } else if case (.entry(let one), .entry(let other)) = (left, right) {
          if one.value != other.value {
            difference.changes.append(.init(key: one.key, old: one.value, new: other.value))
          }
          before.pass()
          after.pass()
        } else {
          // The higher subtree may contain the other.
          let (leftHeight, rightHeight) = try (before.subtreeHeight(), after.subtreeHeight())
          if leftHeight >= rightHeight { try before.enter() }
          if rightHeight >= leftHeight { try after.enter() }
        }
      }
    }
    while before.item != nil { try before.step { difference.changes.append($0.removal) } }
    while after.item != nil { try after.step { difference.changes.append($0.addition) } }
    // A node may have moved to a place that the other side had already passed.
    difference.createdNodes = after.entered.subtracting(before.entered)
    difference.removedNodes = before.entered.subtracting(after.entered)
    return difference
  }
}

extension MSTNode.Entry {
  fileprivate var removal: MSTDifference.Change {
    MSTDifference.Change(key: key, old: value, new: nil)
  }

  fileprivate var addition: MSTDifference.Change {
    MSTDifference.Change(key: key, old: nil, new: value)
  }
}

/// One side of a comparison.
private struct MSTDifferenceCursor {
  /// The first key of the next item.
  enum Start {
    case key(MSTKey)
    /// Unknown: the next item is a subtree that is present, but a subtree on its left edge is
    /// missing.
    case behindMissing
    /// Unknown: the next item is a subtree that is missing.
    case missing
  }

  private let tree: MerkleSearchTree
  private var path: MSTPath
  private(set) var entered: Set<CID> = []
  private var knownStart: Start?

  init(_ tree: MerkleSearchTree) {
    self.tree = tree
    path = MSTPath(root: tree.root)
  }

  var item: MSTPath.Item? { path.item }

  /// The height of the subtree that comes next; -1 if an entry comes next.
  func subtreeHeight() throws -> Int {
    guard case .subtree(let cid) = path.item else { return -1 }
    return try path.height ?? tree.node(cid).checkOnTop(cid)
  }

  mutating func start() throws -> Start {
    if let knownStart { return knownStart }
    let start = try findStart()
    knownStart = start
    return start
  }

  private func findStart() throws -> Start {
    guard case .subtree(let top) = path.item else {
      guard case .entry(let entry) = path.item else { return .missing }
      return .key(entry.key)
    }
    var cid = top
    // Bounded, because the tree has not been checked yet.
    for _ in 0...MSTNode.maximumHeight {
      let node: MSTNode
      do {
        node = try tree.node(cid)
      } catch let error as RepoError where error.code == .missingBlock {
        return cid == top ? .missing : .behindMissing
      }
      if let left = node.left {
        cid = left
      } else if let first = node.entries.first {
        return .key(first.key)
      } else {
        break
      }
    }
    // Either the empty tree, or a tree that is rejected when it is entered.
    return .behindMissing
  }

  mutating func pass() {
    path.pass()
    knownStart = nil
  }

  /// Enters the subtree that comes next.
  mutating func enter() throws {
    guard case .subtree(let cid) = path.item else { return }
    try path.enter(tree.node(cid))
    entered.insert(cid)
    knownStart = nil
  }

  /// Reports an entry and moves past it, or enters a subtree.
  mutating func step(_ body: (MSTNode.Entry) -> Void) throws {
    guard case .entry(let entry) = path.item else { return try enter() }
    body(entry)
    pass()
  }
}
