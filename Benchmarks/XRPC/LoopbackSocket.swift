import Foundation

/// A blocking socket to a server on this machine.
final class LoopbackSocket: Sendable {
  let descriptor: Int32

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

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  /// Shows that the client is alive, without a ping to answer (RFC 6455, 5.5.3).
  func sendPong() throws {
    let frame: [UInt8] = [0x8A, 0x80, 0, 0, 0, 0]
    guard write(descriptor, frame, frame.count) == frame.count else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  /// Requests a WebSocket, and reads only the head of the response.
  func openWebSocket(_ path: String) throws {
    try send(
      "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard read(descriptor, &byte, 1) == 1 else { throw CocoaError(.fileReadUnknown) }
      head.append(byte)
    }
    guard String(decoding: head, as: UTF8.self).hasPrefix("HTTP/1.1 101 ") else {
      throw CocoaError(.fileReadCorruptFile)
    }
  }
}
