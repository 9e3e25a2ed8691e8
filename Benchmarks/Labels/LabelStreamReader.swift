import Foundation

/// Reads `subscribeLabels` from its beginning, and checks that sequence numbers rise.
struct LabelStreamReader {
  struct Report {
    var events = 0
    var last = 0
    var bytes = 0
    var seconds = 0.0
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// `{"t": "#labels", "op": 1}`, and the payload up to the number: `{"seq":`.
  private static let prefix: [UInt8] =
    [0xA2, 0x61, 0x74, 0x67] + Array("#labels".utf8) + [0x62, 0x6F, 0x70, 0x01, 0xA2, 0x63]
    + Array("seq".utf8)

  /// Reads up to the event with the number `last`.
  static func read(port: UInt16, upTo last: Int) throws -> Report {
    let socket = try LoopbackSocket(port: port)
    let start = ContinuousClock.now
    try socket.openWebSocket("/xrpc/com.atproto.label.subscribeLabels?cursor=0")
    var report = Report()
    var buffer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while report.last < last {
      let count = Foundation.read(socket.descriptor, &chunk, chunk.count)
      guard count > 0 else { throw Failure(description: "the stream ended at \(report.last)") }
      report.bytes += count
      buffer += chunk[..<count]
      var index = 0
      while let (payload, end) = frame(buffer, index) {
        try take(buffer[payload], &report)
        index = end
      }
      buffer.removeFirst(index)
    }
    report.seconds = (ContinuousClock.now - start) / .seconds(1)
    return report
  }

  /// A frame from a server, without a mask (RFC 6455, 5.2): its payload, and the position after it.
  private static func frame(_ bytes: [UInt8], _ start: Int) -> (Range<Int>, Int)? {
    guard bytes.count >= start + 2 else { return nil }
    var (length, head) = (Int(bytes[start + 1]), 2)
    if length >= 126 {
      let width = length == 126 ? 2 : 8
      head += width
      guard bytes.count >= start + head else { return nil }
      length = bytes[(start + 2)..<(start + head)].reduce(0) { $0 << 8 | Int($1) }
    }
    let end = start + head + length
    return bytes.count >= end ? ((start + head)..<end, end) : nil
  }

  private static func take(_ frame: ArraySlice<UInt8>, _ report: inout Report) throws {
    guard frame.starts(with: prefix) else { throw Failure(description: "another frame") }
    var rest = frame.dropFirst(prefix.count)
    guard let first = rest.popFirst() else { throw Failure(description: "a short frame") }
    var sequence = Int(first)
    if first >= 24 {
      sequence = rest.prefix(1 << Int(first - 24)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard sequence > report.last else {
      throw Failure(description: "\(sequence) after \(report.last)")
    }
    report.last = sequence
    report.events += 1
  }
}
