/// The order of keys in canonical DAG-CBOR: by length in UTF-8, then by bytes.
func canonicallyPrecedes(_ lhs: String, _ rhs: String) -> Bool {
  let left = lhs.utf8
  let right = rhs.utf8
  if left.count != right.count { return left.count < right.count }
  return left.lexicographicallyPrecedes(right)
}

extension ArraySlice<DataObject.Entry> {
  /// Sorts fields that were read in any order into canonical order. Returns false if a key is
  /// repeated. It sorts once, at the end, so that hostile input cannot make each field move all
  /// others.
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
  /// Whether both strings have the same bytes. Swift's `==` treats canonically equivalent strings
  /// as equal; in data, they are different.
  func isSame(as other: String) -> Bool {
    // Most compared strings differ, which Swift's own equality detects quickly, because it compares
    // short strings in registers.
    utf8.count == other.utf8.count && self == other && utf8.span.raw.equals(other)
  }
}
