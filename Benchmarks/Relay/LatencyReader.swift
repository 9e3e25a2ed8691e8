import Foundation
import Synchronization

/// A subscriber that measures how old events are when they arrive, on its own thread.
final class LatencyReader: Sendable {
  /// The key of the event's time in DAG-CBOR, and the length of its value.
  private static let mark = Array("dtime".utf8) + [0x78, UInt8(RelaySample.time.utf8.count)]

  private let socket: LoopbackSocket
  private let ages = Mutex<[Int]>([])

  init(_ socket: LoopbackSocket) {
    self.socket = socket
    Thread.detachNewThread { self.run() }
  }

  /// Forgets what was measured.
  func reset() { ages.withLock { $0 = [] } }

  var count: Int { ages.withLock { $0.count } }

  /// The age in milliseconds that this part of the events does not exceed.
  func percentile(_ part: Double) -> Double {
    let sorted = ages.withLock { $0.sorted() }
    guard !sorted.isEmpty else { return 0 }
    return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]) / 1000
  }

  private func run() {
    var buffer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = read(socket.descriptor, &chunk, chunk.count)
      guard count > 0 else { return }
      buffer += chunk[..<count]
      let now = EventTime.microseconds(EventTime.text) ?? 0
      var found: [Int] = []
      var start = 0
      while let end = Self.end(of: buffer, from: start) {
        if let age = Self.age(buffer[start..<end], now) { found.append(age) }
        start = end
      }
      buffer.removeFirst(start)
      ages.withLock { $0 += found }
    }
  }

  /// The end of the WebSocket frame at a position, or nil if it is incomplete.
  private static func end(of buffer: [UInt8], from start: Int) -> Int? {
    guard buffer.count >= start + 2 else { return nil }
    let extra = buffer[start + 1] == 126 ? 2 : buffer[start + 1] == 127 ? 8 : 0
    guard buffer.count >= start + 2 + extra else { return nil }
    let length =
      extra == 0
      ? Int(buffer[start + 1])
      : buffer[start + 2..<start + 2 + extra].reduce(0) { $0 << 8 | Int($1) }
    let end = start + 2 + extra + length
    return buffer.count >= end ? end : nil
  }

  private static func age(_ frame: ArraySlice<UInt8>, _ now: Int) -> Int? {
    // The time comes before the blocks.
    guard let range = frame.prefix(4096).firstRange(of: mark) else { return nil }
    let text = frame[range.upperBound...].prefix(RelaySample.time.utf8.count)
    return EventTime.microseconds(text).map { max(0, now - $0) }
  }
}
