import Foundation
import TestSupport

/// A real name server on this machine: dnsmasq of Debian, with records from its command line.
final class NameServer: Sendable {
  static let program = ["/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  static var isInstalled: Bool { program != nil }

  let port: Int
  private let process: RunningProcess

  /// - Parameter records: texts by name; several for one name are several records.
  init(_ records: [(name: String, text: String)]) throws {
    port = try Self.freePort()
    process = try RunningProcess(
      URL(filePath: Self.program ?? ""),
      [
        "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-poll",
        "--pid-file=", "--user=", "--group=", "--listen-address=127.0.0.1", "--bind-interfaces",
        "--port=\(port)", "--local=/com/", "--log-facility=-",
      ] + records.map { "--txt-record=\($0.name),\($0.text)" }
    )
  }

  /// A port that nobody has at present, for UDP and TCP.
  static func freePort() throws -> Int {
    let (descriptor, port) = try UDPSocket.open()
    close(descriptor)
    return port
  }
}

/// A socket of UDP on this machine that is bound and answers nothing.
final class UDPSocket: Sendable {
  let port: Int
  private let descriptor: Int32

  init() throws {
    (descriptor, port) = try Self.open()
  }

  deinit {
    close(descriptor)
  }

  static func open() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
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
