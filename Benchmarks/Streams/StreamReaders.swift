import Foundation
import Synchronization

/// Subscribers that only count the bytes they receive, all on one thread.
final class StreamReaders: Sendable {
  private let sockets: [LoopbackSocket]
  private let slowestBytes = Atomic(0)
  private let hasEnded = Atomic(false)

  init(_ sockets: [LoopbackSocket]) {
    self.sockets = sockets
    Thread.detachNewThread { self.run() }
  }

  /// How many bytes each subscriber has received; nil if one was closed.
  var bytes: Int? {
    hasEnded.load(ordering: .acquiring) ? nil : slowestBytes.load(ordering: .acquiring)
  }

  private func run() {
    var counts = [Int](repeating: 0, count: sockets.count)
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var entries = sockets.map {
      pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
    }
    while poll(&entries, nfds_t(entries.count), -1) > 0 {
      for index in entries.indices where entries[index].revents != 0 {
        let count = read(entries[index].fd, &buffer, buffer.count)
        guard count > 0 else { return hasEnded.store(true, ordering: .releasing) }
        counts[index] += count
      }
      slowestBytes.store(counts.min() ?? 0, ordering: .releasing)
    }
  }
}
