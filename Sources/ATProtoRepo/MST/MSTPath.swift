import ATProtoData

/// The position of a traversal of a tree: the nodes from the top down to it, each checked for its
/// place.
///
/// The caller loads the nodes: ``item`` is the next item, which is entered or skipped.
struct MSTPath {
  enum Item {
    case subtree(CID)
    case entry(MSTNode.Entry)
  }

  private struct Frame {
    let node: MSTNode
    let height: Int
    let bounds: MSTBounds
    /// The next slot; the entry with that index comes after it.
    var slot: Int
    var isSlotPassed: Bool
  }

  private var frames: [Frame] = []
  /// The next item; nil at the end.
  private(set) var item: Item?

  /// Starts before the topmost node.
  init(root: CID) {
    item = .subtree(root)
  }

  /// The height of the next item: that of the entry, or that of the topmost node of the subtree.
  /// Nil before the topmost node.
  var height: Int? {
    guard let frame = frames.last else { return nil }
    if case .subtree = item { return frame.height - 1 }
    return frame.height
  }

  /// Passes an entry, or a subtree with everything in it.
  mutating func pass() {
    switch item {
    case .subtree where frames.isEmpty, nil:
      item = nil
      return
    case .subtree: frames[frames.count - 1].isSlotPassed = true
    case .entry:
      frames[frames.count - 1].slot += 1
      frames[frames.count - 1].isSlotPassed = false
    }
    settle()
  }

  /// Enters the subtree that comes next, whose topmost node is `node`.
  ///
  /// - Parameter start: the first key to visit; everything to its left is skipped.
  mutating func enter(_ node: MSTNode, from start: MSTKey? = nil) throws(RepoError) {
    guard case .subtree(let cid) = item else { preconditionFailure("no subtree comes next") }
    let height: Int
    var bounds = MSTBounds()
    if let parent = frames.last {
      height = parent.height - 1
      bounds = parent.bounds.slot(parent.slot, of: parent.node)
      try node.check(cid, height, bounds)
      frames[frames.count - 1].isSlotPassed = true
    } else {
      height = try node.checkOnTop(cid)
    }
    // If the starting key itself is in the node, the subtree before it is not entered.
    let (slot, isFound) = start.map(node.search) ?? (0, false)
    frames.append(
      Frame(node: node, height: height, bounds: bounds, slot: slot, isSlotPassed: isFound)
    )
    settle()
  }

  private mutating func settle() {
    while let frame = frames.last {
      if !frame.isSlotPassed, let child = frame.node[slot: frame.slot] {
        item = .subtree(child)
        return
      }
      if frame.slot < frame.node.entries.count {
        item = .entry(frame.node.entries[frame.slot])
        return
      }
      frames.removeLast()
    }
    item = nil
  }
}
