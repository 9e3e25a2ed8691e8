extension String {
  /// Whether both have the same bytes. Swift's `==` takes canonically equivalent texts for equal;
  /// in data they are two.
  func isSame(as other: String) -> Bool {
    utf8.span.raw.equals(other)
  }
}
