extension String {
  /// Whether both have the same bytes. Swift's `==` takes canonically equivalent texts for equal;
  /// in data they are two.
  func isSame(as other: String) -> Bool {
    // Texts that differ, as most that are compared do, are told apart by Swift's own equality, which
    // looks at short ones in registers.
    utf8.count == other.utf8.count && self == other && utf8.span.raw.equals(other)
  }
}
