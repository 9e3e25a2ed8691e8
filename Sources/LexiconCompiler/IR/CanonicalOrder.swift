/// The order of map keys in DAG-CBOR: shorter first, then by bytes.
///
/// Data Model specification: DRISL map keys are sorted by their encoded form, which begins with
/// the length.
package enum CanonicalOrder {
  package static func precedes(_ lhs: String, _ rhs: String) -> Bool {
    let (left, right) = (lhs.utf8, rhs.utf8)
    if left.count != right.count { return left.count < right.count }
    return left.lexicographicallyPrecedes(right)
  }
}
