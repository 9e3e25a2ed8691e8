import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// Sockets of this process on a given port: the listening one, and one for each accepted connection
/// that is still open. Uses the descriptors themselves, because the kernel's table of connections
/// can omit some if it changes while being read.
func socketCount(at port: Int) throws -> Int {
  let names = try FileManager.default.contentsOfDirectory(atPath: "/dev/fd")
  return names.compactMap { Int32($0) }.count { descriptor in
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    return code == 0 && address.sin_family == sa_family_t(AF_INET)
      && UInt16(bigEndian: address.sin_port) == port
  }
}
