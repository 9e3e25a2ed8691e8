import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// The IP address and port that a service listens on, and the settings from which they come.
public struct ListenAddress: Hashable, Sendable {
  /// An IP address of this host, or a name that resolves to one.
  public var host: String
  /// 0 for any free port.
  public var port: Int
  /// The setting of the host, for errors: `PDS_BIND_ADDRESS`.
  public var hostSetting: String
  /// The setting of the port, for errors: `PDS_PORT`.
  public var portSetting: String

  /// - Parameters:
  ///   - port: 0 for any free port.
  ///   - hostSetting: the setting to change if `host` is not an IP address of this host.
  ///   - portSetting: the setting to change if the port cannot be used.
  public init(host: String, port: Int, hostSetting: String, portSetting: String) {
    self.host = host
    self.port = port
    self.hostSetting = hostSetting
    self.portSetting = portSetting
  }

  /// The URL of the socket, once its port is known.
  public func url(port: Int) -> String {
    "http://\(authority(port: port))"
  }

  private func authority(port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// The ``ServiceError/Code/address`` error for an error that NIO throws if it cannot listen here;
  /// nil for any other error.
  func error(for error: any Error) -> ServiceError? {
    switch error {
    case let error as IOError where error.errnoCode != EADDRNOTAVAIL:
      let reason = String(cString: strerror(error.errnoCode))
      return failure("\(reason.prefix(1).lowercased() + reason.dropFirst()); change \(portSetting)")
    case is IOError, is SocketAddressError, is SocketAddressError.UnknownHost:
      return failure("not an IP address of this host; change \(hostSetting)")
    default: return nil
    }
  }

  private func failure(_ reason: String) -> ServiceError {
    ServiceError(.address, "cannot listen on \(authority(port: port)): \(reason)")
  }
}
