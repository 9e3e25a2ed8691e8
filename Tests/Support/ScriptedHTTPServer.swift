import Foundation
import Synchronization

/// A server on a loopback IP address that answers each request as a function says, byte by byte if it
/// likes. It serves one request per connection, on a thread of its own.
package final class ScriptedHTTPServer: Sendable {
  /// A connection after its request has arrived. It is closed when the function returns.
  package struct Connection: Sendable {
    fileprivate let descriptor: Int32

    /// Sends bytes; false if the client has closed the connection.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          #if canImport(Darwin)
          Foundation.send(descriptor, $0.baseAddress, $0.count, 0)
          #else
          Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
          #endif
        }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }

    /// Sends the head of a response.
    @discardableResult
    package func sendHead(_ status: String, _ fields: [String] = []) -> Bool {
      let lines = ["HTTP/1.1 \(status)"] + fields + ["Connection: close", "", ""]
      return send(Array(lines.joined(separator: "\r\n").utf8))
    }

    /// Sends a whole response.
    package func respond(_ status: String, _ body: [UInt8], _ fields: [String] = []) {
      sendHead(status, ["Content-Length: \(body.count)"] + fields)
      send(body)
    }
  }

  package typealias Serve = @Sendable (_ target: String, Connection) -> Void

  package let port: Int
  private let play: Play

  /// The targets of all requests so far.
  package var targets: [String] { play.targets.withLock { $0 } }
  /// The most requests that were under way at once.
  package var mostAtOnce: Int { play.most.load(ordering: .relaxed) }

  /// - Parameter serve: answers a request, on its own thread.
  package init(_ serve: @escaping Serve) throws {
    let listener = loopbackSocket(.stream)
    play = Play(listener, serve)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, size) == 0 && getsockname(listener, pointer, &size) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard isBound, listen(listener, 64) == 0 else {
      throw ProcessFailure(reason: "cannot listen on a port")
    }
    Thread.detachNewThread { [play] in play.run() }
  }

  deinit {
    play.isEnded.store(true, ordering: .relaxed)
  }

  private final class Play: Sendable {
    let isEnded = Atomic(false)
    let targets = Mutex<[String]>([])
    let most = Atomic(0)
    private let active = Atomic(0)
    private let listener: Int32
    private let serve: Serve

    init(_ listener: Int32, _ serve: @escaping Serve) {
      self.listener = listener
      self.serve = serve
    }

    deinit {
      close(listener)
    }

    func run() {
      while !isEnded.load(ordering: .relaxed) {
        var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 20) > 0 else { continue }
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { continue }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        Thread.detachNewThread { [self] in
          if let target = readTarget(descriptor) {
            targets.withLock { $0.append(target) }
            most.max(active.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
            serve(target, Connection(descriptor: descriptor))
            active.subtract(1, ordering: .relaxed)
          }
          shutdown(descriptor, Int32(SHUT_RDWR))
          close(descriptor)
        }
      }
    }

    private func readTarget(_ descriptor: Int32) -> String? {
      var head: [UInt8] = []
      var byte: UInt8 = 0
      while !head.suffix(4).elementsEqual([13, 10, 13, 10]), recv(descriptor, &byte, 1, 0) == 1 {
        head.append(byte)
      }
      let words = String(decoding: head, as: UTF8.self).split(separator: " ")
      return words.count > 2 ? String(words[1]) : nil
    }
  }
}
