#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// What is sent over a socket of IPv4.
package enum SocketKind: Sendable {
  case stream, datagrams
}

/// A socket of IPv4 that the programs which other tests start do not inherit: a connection ends
/// only when the last process that holds it lets go.
package func loopbackSocket(_ kind: SocketKind) -> Int32 {
  #if canImport(Darwin)
  let descriptor = socket(AF_INET, kind == .stream ? SOCK_STREAM : SOCK_DGRAM, 0)
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  return descriptor
  #else
  let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
  // In one step: a program may be started at any moment.
  return socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
  #endif
}
