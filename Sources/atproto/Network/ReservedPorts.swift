#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Free ports of 127.0.0.1, chosen before the services that listen on them start, because their
/// settings name each other.
///
/// On Linux, a socket holds each port without listening on it, so that no other program gets it in the
/// meantime. The service can listen nevertheless, because both sockets have `SO_REUSEADDR`.
final class ReservedPorts: Sendable {
  let numbers: [Int]
  private let sockets: [CInt]

  /// Throws ``CommandError`` if the system has no free port.
  init(count: Int) throws {
    var sockets: [CInt] = []
    var numbers: [Int] = []
    for _ in 0..<count {
      let descriptor = Self.open()
      sockets.append(descriptor)
      guard let port = Self.bind(descriptor) else {
        for socket in sockets { close(socket) }
        throw CommandError(reason: "cannot find a free port: \(String(cString: strerror(errno)))")
      }
      numbers.append(port)
    }
    self.numbers = numbers
    #if canImport(Darwin)
    for socket in sockets { close(socket) }
    self.sockets = []
    #else
    self.sockets = sockets
    #endif
  }

  deinit {
    for socket in sockets { close(socket) }
  }

  private static func open() -> CInt {
    #if canImport(Glibc)
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    #else
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var isReused: CInt = 1
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_REUSEADDR,
      &isReused,
      socklen_t(MemoryLayout.size(ofValue: isReused))
    )
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  /// The port that the socket is bound to; nil if it cannot be bound.
  private static func bind(_ descriptor: CInt) -> Int? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        system(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
      }
    }
    return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
  }

  #if canImport(Darwin)
  private static let system = Darwin.bind
  #elseif canImport(Musl)
  private static let system = Musl.bind
  #else
  private static let system = Glibc.bind
  #endif
}
