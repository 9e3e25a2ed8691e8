import Foundation
import Synchronization

/// A name server on this machine that answers as a test says, over UDP and TCP on the same port.
package final class HostileNameServer: Sendable {
  package enum Step: Sendable {
    /// Sends a datagram, or bytes of a stream.
    case send([UInt8])
    /// Waits for some seconds.
    case pause(Double)
    /// Keeps a stream open without sending anything.
    case hold
  }

  package typealias Answer = @Sendable (_ query: [UInt8]) -> [Step]

  package let port: Int
  private let play: Play

  /// The queries that arrived as datagrams.
  package var datagrams: [[UInt8]] { play.datagrams.withLock { $0 } }
  /// The queries that arrived over TCP, without their length.
  package var streams: [[UInt8]] { play.streams.withLock { $0 } }

  package init(
    datagrams: @escaping Answer,
    stream: @escaping Answer = { _ in [] }
  ) throws {
    var sockets: (Int32, Int32, Int)?
    // The port of the datagrams may be taken for streams.
    for _ in 0..<20 where sockets == nil { sockets = Self.open() }
    guard let (datagramSocket, listener, port) = sockets else {
      throw ProcessFailure(reason: "cannot open a name server's port")
    }
    self.port = port
    play = Play(datagramSocket, listener, datagrams, stream)
    Thread.detachNewThread { [play] in play.serveDatagrams() }
    Thread.detachNewThread { [play] in play.serveStreams() }
  }

  deinit {
    play.isEnded.store(true, ordering: .relaxed)
  }

  private static func open() -> (Int32, Int32, Int)? {
    let datagrams = loopbackSocket(.datagrams)
    let listener = loopbackSocket(.stream)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(datagrams, pointer, size) == 0 && getsockname(datagrams, pointer, &size) == 0
          && bind(listener, pointer, size) == 0 && listen(listener, 16) == 0
      }
    }
    if isBound { return (datagrams, listener, Int(UInt16(bigEndian: address.sin_port))) }
    close(datagrams)
    close(listener)
    return nil
  }

  /// Owned by the server and its threads, which look every few milliseconds whether it has ended.
  private final class Play: Sendable {
    let isEnded = Atomic(false)
    let datagrams = Mutex<[[UInt8]]>([])
    let streams = Mutex<[[UInt8]]>([])
    private let datagramSocket: Int32
    private let listener: Int32
    private let answerDatagram: Answer
    private let answerStream: Answer

    init(
      _ datagramSocket: Int32,
      _ listener: Int32,
      _ answerDatagram: @escaping Answer,
      _ answerStream: @escaping Answer
    ) {
      self.datagramSocket = datagramSocket
      self.listener = listener
      self.answerDatagram = answerDatagram
      self.answerStream = answerStream
    }

    deinit {
      close(datagramSocket)
      close(listener)
    }

    func serveDatagrams() {
      while wait(datagramSocket) {
        var query = [UInt8](repeating: 0, count: 4096)
        var peer = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &peer) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            recvfrom(datagramSocket, &query, query.count, 0, pointer, &size)
          }
        }
        guard count > 0 else { continue }
        query.removeSubrange(count...)
        datagrams.withLock { $0.append(query) }
        for step in answerDatagram(query) {
          switch step {
          case .send(let bytes):
            _ = withUnsafePointer(to: &peer) {
              $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                sendto(datagramSocket, bytes, bytes.count, 0, pointer, size)
              }
            }
          case .pause(let seconds): usleep(useconds_t(seconds * 1e6))
          case .hold: break
          }
        }
      }
    }

    func serveStreams() {
      while wait(listener) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { continue }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        Thread.detachNewThread { [self] in
          serve(connection)
          close(connection)
        }
      }
    }

    private func serve(_ connection: Int32) {
      guard let head = read(connection, 2),
        let query = read(connection, Int(head[0]) << 8 | Int(head[1]))
      else { return }
      streams.withLock { $0.append(query) }
      for step in answerStream(query) {
        switch step {
        case .send(let bytes):
          guard send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            return
          }
        case .pause(let seconds): usleep(useconds_t(seconds * 1e6))
        case .hold:
          while !isEnded.load(ordering: .relaxed) { usleep(10_000) }
        }
      }
    }

    private func read(_ connection: Int32, _ count: Int) -> [UInt8]? {
      var bytes: [UInt8] = []
      while bytes.count < count {
        var part = [UInt8](repeating: 0, count: count - bytes.count)
        guard wait(connection) else { return nil }
        let size = recv(connection, &part, part.count, 0)
        guard size > 0 else { return nil }
        bytes += part.prefix(size)
      }
      return bytes
    }

    /// Waits until a socket can be read. Returns false if the server has ended.
    private func wait(_ socket: Int32) -> Bool {
      while !isEnded.load(ordering: .relaxed) {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        if poll(&entry, 1, 20) > 0 { return true }
      }
      return false
    }
  }
}
