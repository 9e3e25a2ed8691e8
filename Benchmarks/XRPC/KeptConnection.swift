import Foundation

/// A persistent HTTP/1.1 connection that reads only as much as needed to find the end of a
/// response.
final class KeptConnection {
  private let socket: LoopbackSocket
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  init(port: UInt16) throws {
    socket = try LoopbackSocket(port: port)
  }

  func get(_ path: String) throws -> [UInt8] {
    try send(path)
    return Array(try receive())
  }

  /// Sends a complete request, and returns the body of the 200 response.
  func call(_ request: String) throws -> ArraySlice<UInt8> {
    try socket.send(request)
    return try receive()
  }

  func send(_ path: String) throws {
    try socket.send(
      "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\n"
        + "Accept: application/json\r\nAccept-Language: en\r\n\r\n"
    )
  }

  /// The body of a 200 response.
  func receive() throws -> ArraySlice<UInt8> {
    var count = 0
    var start: Int?
    var length = 0
    while start == nil || count < start! + length {
      let more = buffer.withUnsafeMutableBytes {
        read(socket.descriptor, $0.baseAddress! + count, $0.count - count)
      }
      guard more > 0 else { throw CocoaError(.fileReadUnknown) }
      count += more
      guard start == nil else { continue }
      let text = String(decoding: buffer[..<count], as: UTF8.self)
      guard let end = text.utf8.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
      let head = text[..<end.lowerBound].lowercased()
      guard head.hasPrefix("http/1.1 200"),
        let field = head.split(separator: "\r\n").first(where: { $0.hasPrefix("content-length:") }),
        let declared = Int(field.dropFirst(15).drop { $0 == " " })
      else { throw UnexpectedResponse(description: String(text.prefix(1_000))) }
      start = head.utf8.count + 4
      length = declared
      let missing = head.utf8.count + 4 + declared - buffer.count
      if missing > 0 { buffer += [UInt8](repeating: 0, count: missing) }
    }
    return buffer[start!..<start! + length]
  }
}

/// A response with another status than 200, or without a length.
struct UnexpectedResponse: Error, CustomStringConvertible {
  let description: String
}
