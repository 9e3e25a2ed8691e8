import Foundation

/// A connection of HTTP/1.1 that is kept, read no further than to find where an answer ends.
final class KeptConnection {
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  init(port: UInt16) throws {
    #if canImport(Glibc)
    let kind = Int32(SOCK_STREAM.rawValue)
    #else
    let kind = SOCK_STREAM
    #endif
    descriptor = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw CocoaError(.fileReadUnknown) }
  }

  deinit {
    close(descriptor)
  }

  func get(_ path: String) throws -> [UInt8] {
    try send(path)
    return Array(try receive())
  }

  func send(_ path: String) throws {
    let head =
      "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\n"
      + "Accept: application/json\r\nAccept-Language: en\r\n\r\n"
    let bytes = Array(head.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  /// The body of a 200.
  func receive() throws -> ArraySlice<UInt8> {
    var count = 0
    var start: Int?
    var length = 0
    while start == nil || count < start! + length {
      let more = buffer.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress! + count, $0.count - count)
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
      else { throw CocoaError(.fileReadCorruptFile) }
      start = head.utf8.count + 4
      length = declared
    }
    return buffer[start!..<start! + length]
  }
}
