import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// A TCP connection with full control over its bytes, for what no client library would send.
///
/// System calls that block run on their own threads, not on those that the server's handlers need.
package final class RawConnection: @unchecked Sendable {
  private let descriptor: Int32
  /// Only used by the reader.
  private var received: [UInt8] = []
  private var isClosed = false

  /// - Parameter receiveBuffer: size of the system's receive buffer in bytes; the system's default
  ///   if nil.
  package init(port: Int, receiveBuffer: Int32? = nil) throws {
    #if canImport(Glibc)
    let quiet = Int32(MSG_NOSIGNAL)
    #else
    let quiet: Int32 = 0
    #endif
    sendFlags = quiet
    descriptor = loopbackSocket(.stream)
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
    }
    // If the server takes longer than this, it will never respond.
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else {
      let reason = errno
      drop()
      throw Failure(code: reason)
    }
  }

  private let sendFlags: Int32

  package struct Failure: Error {
    package let code: Int32
  }

  deinit {
    drop()
  }

  package func drop() {
    if !isClosed { close(descriptor) }
    isClosed = true
  }

  /// Announces that nothing more will be sent.
  package func finishSending() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  package func send(_ text: String) async throws {
    try await send(Array(text.utf8))
  }

  package func send(_ bytes: [UInt8]) async throws {
    try await waiting { [self] in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          Self.write(descriptor, $0.baseAddress, $0.count, sendFlags)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw Failure(code: errno) }
        rest = rest.dropFirst(count)
      }
    }
  }

  private static func write(
    _ descriptor: Int32,
    _ start: UnsafeRawPointer?,
    _ count: Int,
    _ flags: Int32
  ) -> Int {
    #if canImport(Darwin)
    Darwin.send(descriptor, start, count, flags)
    #else
    Glibc.send(descriptor, start, count, flags)
    #endif
  }

  /// At most `count` bytes; empty at the end of the connection, also if it was reset.
  package func receive(_ count: Int = 65_536) async throws -> [UInt8] {
    try await waiting { [self] in
      var buffer = [UInt8](repeating: 0, count: count)
      var found: Int
      // Interrupted, such as when the process was stopped for a while.
      repeat { found = recv(descriptor, &buffer, count, 0) } while found < 0 && errno == EINTR
      guard found >= 0 || errno == ECONNRESET else { throw Failure(code: errno) }
      return Array(buffer.prefix(max(0, found)))
    }
  }

  /// Everything that arrives until the server closes the connection.
  package func receiveToEnd() async throws -> [UInt8] {
    var bytes = received
    received = []
    while true {
      let more = try await receive()
      if more.isEmpty { return bytes }
      bytes += more
    }
  }

  /// The next response; nil if the connection ends before it is complete.
  package func response(hasBody: Bool = true) async throws -> RawResponse? {
    let end = Array("\r\n\r\n".utf8)
    var headEnd: Int?
    while headEnd == nil {
      headEnd = received.indices.dropLast(3).first { received[$0..<$0 + 4].elementsEqual(end) }
      if headEnd == nil, try await !receiveMore() { return nil }
    }
    let head = String(decoding: received[..<headEnd!], as: UTF8.self)
    received.removeFirst(headEnd! + 4)
    let lines = head.split(separator: "\r\n")
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      fields[line[..<colon].lowercased()] = String(value)
    }
    let length = hasBody ? Int(fields["content-length"] ?? "0") ?? 0 : 0
    while received.count < length {
      if try await !receiveMore() { return nil }
    }
    let body = Array(received.prefix(length))
    received.removeFirst(length)
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return RawResponse(status: status ?? 0, fields: fields, body: body)
  }

  private func receiveMore() async throws -> Bool {
    let bytes = try await receive()
    received += bytes
    return !bytes.isEmpty
  }

  private func waiting<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try work() })
      }
    }
  }
}
