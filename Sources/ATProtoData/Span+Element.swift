extension Span where Element: ~Copyable {
  /// Lends an element.
  ///
  /// Not to need a copy is a promise only for elements that cannot be copied. Others are copied out
  /// by a subscript, and each text and array in them is retained and released: a fifth of the time
  /// of writing a thread view.
  @inlinable
  @inline(__always)
  func withElement(_ index: Index, _ body: (borrowing Element) -> Void) {
    body(self[index])
  }
}
