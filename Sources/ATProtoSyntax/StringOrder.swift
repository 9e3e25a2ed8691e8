// Every text of these formats is ASCII, so that the order of strings is the order of bytes, which
// is also that of repository paths.

extension StringFormat where Self: Comparable {
  public static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.string < rhs.string
  }
}

extension ATURI: Comparable {}
extension DID: Comparable {}
extension Handle: Comparable {}
extension NSID: Comparable {}
extension RecordKey: Comparable {}
