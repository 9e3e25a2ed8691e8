import ATProtoHTTP
public import ServiceKit

/// The settings of an app view while they are read.
public struct AppViewSettings: ServiceSettings {
  var configuration: AppViewConfiguration
  var relay: HTTPURL?
  var dataDirectory: String?
  var database: Database?
  var trustedProxies: Int?
  /// Whether the operator configured a PLC directory.
  public internal(set) var isDirectoryGiven = false

  enum Database: Sendable {
    case memory
    case file(String)
  }

  /// - Parameter isDevelopment: a relay and a PLC directory on this machine, everything in memory,
  ///   calls to private IP addresses allowed, and an admin password that is made at each start.
  public init(isDevelopment: Bool) {
    configuration = AppViewConfiguration(
      address: AppViewConfiguration.address(port: 2584),
      isDevelopment: isDevelopment
    )
  }

  /// Throws ``ServiceError/Code/configuration`` if a required setting is missing.
  public func finished() throws(ServiceError) -> AppViewConfiguration {
    var configuration = configuration
    if let relay {
      configuration.relay = relay
    } else if !configuration.isDevelopment {
      throw ServiceError(
        .configuration,
        "\(Self.relayURL.name) is not set; set it, or pass --dev to serve this machine only"
      )
    }
    configuration.databasePath = databasePath
    configuration.trustedProxies = trustedProxies ?? (isBehindProxy ? 1 : 0)
    return configuration
  }

  private var databasePath: String? {
    switch database {
    case .memory: nil
    case .file(let path): path
    case nil where configuration.isDevelopment && dataDirectory == nil: nil
    case nil: "\(dataDirectory ?? "data/appview")/index.sqlite"
    }
  }

  /// Only programs on this machine can reach a loopback address, so an app view with a public host
  /// name that listens on one is behind a reverse proxy.
  private var isBehindProxy: Bool {
    let host = configuration.address.host
    return configuration.hostname.map { !AppViewSettings.isLocal($0) } ?? false
      && (host == "localhost" || IPAddress(host)?.isLoopback == true)
  }

  /// Whether a host name is that of this machine, with or without a port.
  static func isLocal(_ hostname: String) -> Bool {
    hostname == "localhost" || hostname.hasPrefix("localhost:")
  }
}
