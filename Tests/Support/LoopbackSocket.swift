#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// The kind of an IPv4 socket.
package enum SocketKind: Sendable {
  case stream, datagrams
}

/// An IPv4 socket that child processes do not inherit: a connection ends only when the last process
/// that holds it closes it.
package func loopbackSocket(_ kind: SocketKind) -> Int32 {
  #if canImport(Darwin)
  let descriptor = socket(AF_INET, kind == .stream ? SOCK_STREAM : SOCK_DGRAM, 0)
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  return descriptor
  #else
  let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
  // Atomically, since another thread may start a program at any moment.
  return socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
  #endif
}
