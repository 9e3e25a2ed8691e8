import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// A server on a loopback IP address with incomplete responses: for any request, it sends some
/// bytes and then stalls, closes, or resets the connection. It serves one connection for each
/// script in turn, or any number of connections with a closure that answers requests.
package final class FaultyServer: Sendable {
  package enum End: Sendable { case close, reset, stall }

  package struct Script: Sendable {
    package var bytes: String
    package var end: End

    package init(bytes: String, end: End) {
      self.bytes = bytes
      self.end = end
    }
  }

  package let port: Int
  private let play: Play

  /// The number of stalled connections.
  package var stalls: Int { play.stalled.withLock { $0.count } }

  /// How many stalled connections the client has closed; counted once all scripts have run.
  package var endings: Int { play.endings.withLock { $0 } }

  package convenience init(_ scripts: [Script]) throws {
    try self.init(scripts, nil)
  }

  /// - Parameter answer: returns the response to the head of a request; never called concurrently.
  package convenience init(answer: @escaping @Sendable (String) -> Script) throws {
    try self.init([], answer)
  }

  private init(_ scripts: [Script], _ answer: (@Sendable (String) -> Script)?) throws {
    let listener = loopbackSocket(.stream)
    play = Play(listener: listener, scripts: scripts, answer: answer)
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
    guard isBound, listen(listener, 16) == 0 else {
      throw ProcessFailure(reason: "cannot listen on a port")
    }
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let argument = Unmanaged.passRetained(play)
    let code = pthread_create(&thread, nil, { Play.run($0!) }, argument.toOpaque())
    guard code == 0 else {
      argument.release()
      throw ProcessFailure(reason: "cannot listen on a port")
    }
    #if canImport(Darwin)
    if let thread { pthread_detach(thread) }
    #else
    pthread_detach(thread)
    #endif
  }

  /// Does not wait for the thread, which ends by itself: the thread may be waiting for tasks that a
  /// wait here would block.
  deinit {
    play.end()
  }

  /// Owned by the server and its thread; the last owner closes the sockets.
  private final class Play: Sendable {
    private let listener: Int32
    private let scripts: [Script]
    private let answer: (@Sendable (String) -> Script)?
    fileprivate let stalled = Mutex<[Int32]>([])
    fileprivate let endings = Mutex(0)

    init(listener: Int32, scripts: [Script], answer: (@Sendable (String) -> Script)?) {
      self.listener = listener
      self.scripts = scripts
      self.answer = answer
    }

    deinit {
      close(listener)
      for connection in stalled.withLock({ $0 }) { close(connection) }
    }

    /// Wakes the thread if it waits for a connection, or for the end of a stalled one.
    func end() {
      shutdown(listener, Int32(SHUT_RDWR))
      for connection in stalled.withLock({ $0 }) { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    static func run(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
      let play = Unmanaged<Play>.fromOpaque(pointer).takeRetainedValue()
      var rest = play.scripts[...]
      while play.answer != nil || !rest.isEmpty {
        let connection = accept(play.listener, nil, nil)
        guard connection >= 0 else { break }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        let head = play.readHead(connection)
        let script = play.answer?(head) ?? rest.removeFirst()
        let bytes = Array(script.bytes.utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        switch script.end {
        case .close:
          // Ends the connection for the client, even if another process has inherited the socket.
          shutdown(connection, Int32(SHUT_RDWR))
          close(connection)
        case .reset:
          var hard = linger(l_onoff: 1, l_linger: 0)
          setsockopt(
            connection,
            SOL_SOCKET,
            SO_LINGER,
            &hard,
            socklen_t(MemoryLayout.size(ofValue: hard))
          )
          close(connection)
        case .stall: play.stalled.withLock { $0.append(connection) }
        }
      }
      // Stalls until the client or the server closes the connection.
      for connection in play.stalled.withLock({ $0 }) {
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) > 0 {}
        play.endings.withLock { $0 += 1 }
      }
      return nil
    }

    private func readHead(_ connection: Int32) -> String {
      var head: [UInt8] = []
      var byte: UInt8 = 0
      while !head.suffix(4).elementsEqual([13, 10, 13, 10]), recv(connection, &byte, 1, 0) == 1 {
        head.append(byte)
      }
      return String(decoding: head, as: UTF8.self)
    }
  }
}
