#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// A port of a loopback IP address that is bound, so that no other test gets it, but not listening:
/// connections are refused.
package final class SilentPort: Sendable {
  package let number: Int
  private let descriptor: Int32

  package init() throws {
    let descriptor = loopbackSocket(.stream)
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
      }
    }
    number = Int(UInt16(bigEndian: address.sin_port))
    guard code, number > 0 else { throw ProcessFailure(reason: "cannot bind a port") }
  }

  deinit {
    close(descriptor)
  }
}
