public import ServiceKit

/// The configuration of a PLC directory.
public struct PLCConfiguration: Sendable {
  /// The IP address to listen on.
  public var bindAddress: String
  /// The port to listen on; 0 for any free port.
  public var port: Int
  /// The directory for the database; if nil, operations are kept in memory and lost when the
  /// process ends.
  public var dataDirectory: String?
  /// The address on which to serve metrics in the Prometheus format; nil to disable metrics.
  public var metricsAddress: ListenAddress?
  /// The `version` in the response of `/_health`.
  public var version = ServiceVersion.current

  /// - Parameter port: 0 for any free port.
  public init(bindAddress: String = "127.0.0.1", port: Int = 2582) {
    self.bindAddress = bindAddress
    self.port = port
  }

  /// The address to listen on, with the settings from which it comes.
  var listenAddress: ListenAddress {
    ListenAddress(
      host: bindAddress,
      port: port,
      hostSetting: PLCSettings.bindAddress.name,
      portSetting: PLCSettings.port.name
    )
  }
}
