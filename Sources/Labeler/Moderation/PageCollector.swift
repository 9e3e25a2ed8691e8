/// Collects one page of a filtered list, and bounds the work for it.
///
/// A page ends when it is full and another match exists, or when many rows were examined: then it is
/// shorter, and its cursor leads on.
package struct PageCollector<Item, Position> {
  private let limit: Int
  private var examined = 0
  private var last: Position?
  package private(set) var items: [Item] = []
  /// Where the next page begins; nil if this is the last one.
  package private(set) var next: Position?

  package static var maximumExamined: Int { 20_000 }

  package init(limit: Int) {
    self.limit = limit
  }

  /// Examines the next row.
  ///
  /// - Parameter match: returns the item of the row, or nil if the filter does not match it.
  /// - Returns: whether the page goes on.
  package mutating func examine(
    at position: Position,
    _ match: () throws -> Item?
  ) rethrows -> Bool {
    guard examined < Self.maximumExamined else {
      next = last
      return false
    }
    examined += 1
    if let item = try match() {
      guard items.count < limit else {
        next = last
        return false
      }
      items.append(item)
    }
    last = position
    return true
  }
}
