import ATProtoData

/// A node of a Merkle search tree, decoded.
///
/// A node of `n` entries has `n + 1` slots for subtrees: slot 0 is left of the first entry, slot
/// `i` right of entry `i - 1`. The subtree in a slot, if any, is one layer lower.
struct MSTNode: Sendable {
  struct Entry: Sendable {
    var key: MSTKey
    var value: CID
    var tree: CID?
  }

  var left: CID?
  var entries: [Entry]
  /// The height of the keys, if it was computed while reading them, which saves a hash.
  private let knownHeight: Int?

  init(left: CID? = nil, entries: [Entry] = [], height: Int? = nil) {
    self.left = left
    self.entries = entries
    knownHeight = height
  }

  /// The height of the keys; nil for a node without keys.
  var height: Int? {
    guard let first = entries.first else { return nil }
    return knownHeight ?? first.key.height
  }

  /// "implementations should limit the number of TreeEntries per Node to a statistically unlikely
  /// maximum length" ("Security Considerations"). Each entry is the last of its node with a
  /// probability of 1/4, so random keys reach this limit once in 10^127 nodes.
  static let maximumEntryCount = 1024

  /// Whether there are neither entries nor subtrees. Only the node of an empty tree may be empty.
  var isEmpty: Bool { entries.isEmpty && left == nil }

  /// The index of the first entry whose key is not less than `key`, and whether it is equal.
  func search(_ key: MSTKey) -> (slot: Int, isFound: Bool) {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return (low, low < entries.count && entries[low].key == key)
  }

  subscript(slot slot: Int) -> CID? {
    get { slot == 0 ? left : entries[slot - 1].tree }
    set { if slot == 0 { left = newValue } else { entries[slot - 1].tree = newValue } }
  }
}
