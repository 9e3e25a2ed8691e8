/// The order of keys in canonical DAG-CBOR: by length in UTF-8, then by bytes.
func canonicallyPrecedes(_ lhs: String, _ rhs: String) -> Bool {
  let left = lhs.utf8
  let right = rhs.utf8
  if left.count != right.count { return left.count < right.count }
  return left.lexicographicallyPrecedes(right)
}

extension ArraySlice<DataObject.Entry> {
  /// Brings fields that were read in any order into the canonical one; false if a key is repeated.
  /// Once at the end: hostile input must not make each field cost a move of the others.
  mutating func sortCanonically() -> Bool {
    if count < 2 { return true }
    sort { canonicallyPrecedes($0.key, $1.key) }
    for index in indices.dropFirst() where self[index - 1].key.isSame(as: self[index].key) {
      return false
    }
    return true
  }
}

extension String {
  /// Whether both have the same bytes. Swift's `==` takes canonically equivalent texts for equal;
  /// in data they are two.
  func isSame(as other: String) -> Bool {
    // Texts that differ, as most that are compared do, are told apart by Swift's own equality, which
    // looks at short ones in registers.
    utf8.count == other.utf8.count && self == other && utf8.span.raw.equals(other)
  }
}
