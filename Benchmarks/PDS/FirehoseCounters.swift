import Foundation
import Synchronization

/// Subscribers that only count the WebSocket messages they receive, all on one thread.
final class FirehoseCounters: Sendable {
  /// A subscriber's position in the stream of frames (RFC 6455, 5.2; frames from a server have no
  /// mask).
  private struct Position {
    var messages = 0
    private var head: [UInt8] = []
    private var rest = 0

    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
      var index = 0
      while index < bytes.count {
        if rest > 0 {
          let taken = min(rest, bytes.count - index)
          rest -= taken
          index += taken
          if rest == 0 { messages += 1 }
          continue
        }
        head.append(bytes[index])
        index += 1
        guard head.count >= 2 else { continue }
        let extra = head[1] == 126 ? 2 : head[1] == 127 ? 8 : 0
        guard head.count == 2 + extra else { continue }
        rest = extra == 0 ? Int(head[1]) : head[2...].reduce(0) { $0 << 8 | Int($1) }
        head = []
      }
    }
  }

  private let sockets: [LoopbackSocket]
  private let fewest = Atomic(0)
  private let hasEnded = Atomic(false)

  init(_ sockets: [LoopbackSocket]) {
    self.sockets = sockets
    Thread.detachNewThread { self.run() }
  }

  /// How many messages each subscriber has received; nil if one was closed.
  var messages: Int? {
    hasEnded.load(ordering: .acquiring) ? nil : fewest.load(ordering: .acquiring)
  }

  private func run() {
    var positions = sockets.map { _ in Position() }
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var entries = sockets.map {
      pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
    }
    while poll(&entries, nfds_t(entries.count), -1) > 0 {
      for index in entries.indices where entries[index].revents != 0 {
        let count = read(entries[index].fd, &buffer, buffer.count)
        guard count > 0 else { return hasEnded.store(true, ordering: .releasing) }
        buffer.withUnsafeBufferPointer {
          positions[index].take(UnsafeBufferPointer(rebasing: $0[..<count]))
        }
      }
      fewest.store(positions.map(\.messages).min() ?? 0, ordering: .releasing)
    }
  }
}
