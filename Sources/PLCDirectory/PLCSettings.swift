public import ServiceKit

/// The settings of a PLC directory while they are read.
public struct PLCSettings: ServiceSettings {
  private var configuration = PLCConfiguration()
  private var metricsHost: String?
  private var metricsPort: Int?

  /// - Parameter isDevelopment: ignored; the defaults are the same.
  public init(isDevelopment: Bool = false) {}

  /// All settings, in the order in which help shows them.
  public static let table = SettingsTable(
    prefix: "PLC_",
    [port, bindAddress, dataDirectory, metricsPort, metricsAddress]
  )

  private typealias Value = SettingValue

  static let port = Setting<PLCSettings>(
    "PLC_PORT",
    "number",
    "Port to listen on; 0 for any free port (default: 2582)."
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.port = try Value.port(text)
  }

  static let bindAddress = Setting<PLCSettings>(
    "PLC_BIND_ADDRESS",
    "address",
    "IP address to listen on (default: 127.0.0.1).",
    alias: "bind"
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.bindAddress = text
  }

  private static let dataDirectory = Setting<PLCSettings>(
    "PLC_DATA_DIRECTORY",
    "directory",
    "Directory for the database; without it, operations are lost when the process ends.",
    alias: "data"
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.dataDirectory = text
  }

  private static let metricsPort = Setting<PLCSettings>(
    "PLC_METRICS_PORT",
    "number",
    "Port for metrics in Prometheus form, at `/metrics`; 0 for any free port (default: no metrics)."
  ) { (text, settings) throws(ServiceError) in
    settings.metricsPort = try Value.port(text)
  }

  private static let metricsAddress = Setting<PLCSettings>(
    "PLC_METRICS_ADDRESS",
    "address",
    "IP address for metrics (default: 127.0.0.1)."
  ) { (text, settings) throws(ServiceError) in
    settings.metricsHost = text
  }

  /// Throws `ServiceError` if settings contradict each other.
  public func finished() throws(ServiceError) -> PLCConfiguration {
    var configuration = configuration
    configuration.metricsAddress = try MetricsEndpoint.address(
      host: metricsHost,
      port: metricsPort,
      hostSetting: Self.metricsAddress.name,
      portSetting: Self.metricsPort.name
    )
    return configuration
  }
}
