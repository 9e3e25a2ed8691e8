import ATProtoRepo
import ATProtoSyntax

/// When accounts want to be woken: a heap.
struct WakeUps: Sendable {
  private struct Entry {
    let time: SyncTime
    let did: DID
  }

  private var heap: [Entry] = []

  var earliest: SyncTime? { heap.first?.time }

  mutating func insert(_ did: DID, at time: SyncTime) {
    heap.append(Entry(time: time, did: did))
    var child = heap.count - 1
    while child > 0, heap[child].time < heap[(child - 1) / 2].time {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Removes and returns the next account that is due.
  mutating func next(at now: SyncTime) -> DID? {
    guard let first = heap.first, first.time <= now else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.did }
    heap[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].time < heap[smallest].time {
        smallest = child
      }
      guard smallest != parent else { return first.did }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
