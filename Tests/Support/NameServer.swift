import Foundation
import Synchronization

/// A real name server on this machine: Debian's dnsmasq, with records from its command line.
package final class NameServer: Sendable {
  package static let program = ["/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  package static var isInstalled: Bool { program != nil }

  private let records: [(name: String, text: String)]
  private let running: Mutex<(process: RunningProcess, port: Int)>

  package var port: Int { running.withLock { $0.port } }

  /// - Parameter records: strings by name; several strings for one name are several records.
  package init(_ records: [(name: String, text: String)]) throws {
    self.records = records
    running = Mutex(try Self.start(records))
  }

  /// Restarts the server on another port if it has exited because its port was taken.
  package func revive() throws {
    try running.withLock { running in
      if running.process.hasEnded { running = try Self.start(records) }
    }
  }

  private static func start(
    _ records: [(name: String, text: String)]
  ) throws -> (process: RunningProcess, port: Int) {
    let port = try freePort()
    let process = try RunningProcess(
      URL(filePath: program ?? ""),
      [
        "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-poll",
        "--pid-file=", "--user=", "--group=", "--listen-address=127.0.0.1", "--bind-interfaces",
        "--port=\(port)", "--local=/com/", "--log-facility=-",
      ] + records.map { "--txt-record=\($0.name),\($0.text)" }
    )
    return (process, port)
  }

  /// A port that is not in use at the moment, for UDP and TCP.
  package static func freePort() throws -> Int {
    let (descriptor, port) = try UDPSocket.open()
    close(descriptor)
    return port
  }
}

/// A bound UDP socket on this machine that never answers.
package final class UDPSocket: Sendable {
  package let port: Int
  private let descriptor: Int32

  package init() throws {
    (descriptor, port) = try Self.open()
  }

  deinit {
    close(descriptor)
  }

  static func open() throws -> (descriptor: Int32, port: Int) {
    let descriptor = loopbackSocket(.datagrams)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
      }
    }
    guard status else { throw CocoaError(.featureUnsupported) }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }
}
