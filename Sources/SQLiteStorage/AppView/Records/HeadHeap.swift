/// Streams of records by the ID of the next record of each, for merging them: the first in the
/// order is on top.
struct HeadHeap<Source> {
  typealias Head = (id: Int64, source: Source)

  private var heads: [Head] = []
  private let isDescending: Bool

  init(isDescending: Bool) {
    self.isDescending = isDescending
  }

  var first: Head? { heads.first }

  mutating func insert(_ head: Head) {
    heads.append(head)
    var index = heads.count - 1
    while index > 0, precedes(index, (index - 1) / 2) {
      heads.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Nil ends the first stream.
  mutating func replaceFirst(with head: Head?) {
    if let head {
      heads[0] = head
    } else {
      heads.swapAt(0, heads.count - 1)
      heads.removeLast()
    }
    var index = 0
    while true {
      var first = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < heads.count && precedes(child, first) {
        first = child
      }
      guard first != index else { return }
      heads.swapAt(first, index)
      index = first
    }
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    isDescending ? heads[left].id > heads[right].id : heads[left].id < heads[right].id
  }
}
