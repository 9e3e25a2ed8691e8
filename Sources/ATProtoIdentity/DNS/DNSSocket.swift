import ATProtoHTTP

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// A socket that is connected to a name server, so that the system drops what others send. It is
/// closed when its last reference is released.
final class DNSSocket: Sendable {
  enum Kind {
    case datagrams, stream

    fileprivate var number: Int32 {
      #if canImport(Glibc)
      Int32(self == .datagrams ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue)
      #else
      self == .datagrams ? SOCK_DGRAM : SOCK_STREAM
      #endif
    }
  }

  enum Arrival {
    case bytes([UInt8])
    /// Nothing has arrived yet.
    case nothing
    /// The connection has ended, or was refused.
    case ended
  }

  private let descriptor: Int32

  /// Starts to connect; nil if that fails at once.
  init?(_ kind: Kind, to server: SystemTXTResolver.Server) {
    let family = server.address.isIPv4 ? AF_INET : AF_INET6
    descriptor = socket(family, kind.number, 0)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    let isConnecting = Self.withAddress(of: server) { address, length in
      connect(descriptor, address, length) == 0 || errno == EINPROGRESS
    }
    guard isConnecting else { return nil }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Waits until one of the sockets can be read. Returns false at the deadline.
  static func wait(for sockets: [DNSSocket], until deadline: ContinuousClock.Instant) -> Bool {
    wait(sockets.map(\.descriptor), Int16(POLLIN), until: deadline)
  }

  private static func wait(
    _ descriptors: [Int32],
    _ events: Int16,
    until deadline: ContinuousClock.Instant
  ) -> Bool {
    var entries = descriptors.map { pollfd(fd: $0, events: events, revents: 0) }
    while true {
      let left = (deadline - .now).seconds
      guard left > 0 else { return false }
      let milliseconds = Int32(clamping: Int((min(left, 3600) * 1000).rounded(.up)))
      let count = poll(&entries, nfds_t(entries.count), milliseconds)
      // A signal may interrupt the call.
      if count >= 0 || errno != EINTR { return count > 0 }
    }
  }

  /// Sends a datagram; false if the server cannot be reached.
  func send(_ bytes: [UInt8]) -> Bool {
    write(bytes[...]) == bytes.count || errno == EAGAIN
  }

  /// Sends all bytes over a connection, once it is established.
  func send(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard Self.wait([descriptor], Int16(POLLOUT), until: deadline) else { return false }
      let count = write(rest)
      guard count > 0 || errno == EAGAIN else { return false }
      rest = rest.dropFirst(max(0, count))
    }
    return true
  }

  /// Reads what has arrived, at most `maximum` bytes.
  func receive(_ maximum: Int) -> Arrival {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: maximum) { buffer, initialized in
      count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      initialized = max(0, count)
    }
    if count > 0 { return .bytes(bytes) }
    return count < 0 && errno == EAGAIN ? .nothing : .ended
  }

  /// Reads bytes of a connection; nil if it ends before, or at the deadline.
  func receive(exactly count: Int, until deadline: ContinuousClock.Instant) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard Self.wait([descriptor], Int16(POLLIN), until: deadline) else { return nil }
      switch receive(count - bytes.count) {
      case .bytes(let chunk): bytes += chunk
      case .nothing: continue
      case .ended: return nil
      }
    }
    return bytes
  }

  private func write(_ bytes: ArraySlice<UInt8>) -> Int {
    #if canImport(Darwin)
    let flags: Int32 = 0
    #else
    let flags = Int32(MSG_NOSIGNAL)
    #endif
    return bytes.withUnsafeBytes { buffer in
      #if canImport(Darwin)
      Darwin.send(descriptor, buffer.baseAddress, buffer.count, flags)
      #elseif canImport(Musl)
      Musl.send(descriptor, buffer.baseAddress, buffer.count, flags)
      #else
      Glibc.send(descriptor, buffer.baseAddress, buffer.count, flags)
      #endif
    }
  }

  private static func withAddress<Value>(
    of server: SystemTXTResolver.Server,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
  ) -> Value {
    if server.address.isIPv4 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = server.port.bigEndian
      withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: server.address.bytes) }
      return generic(&address, body)
    }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = server.port.bigEndian
    withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: server.address.bytes) }
    return generic(&address, body)
  }

  private static func generic<Address, Value>(
    _ address: inout Address,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
  ) -> Value {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }
}
