import ATProtoCrypto
import ATProtoHTTP
public import ServiceKit

/// The settings of a relay while they are read.
public struct RelaySettings: ServiceSettings {
  var configuration: RelayConfiguration
  var trustedProxies: Int?

  /// - Parameter isDevelopment: listens on this machine only, keeps everything in memory, crawls hosts
  ///   on this machine, and generates an admin password, unless settings say otherwise.
  public init(isDevelopment: Bool) {
    configuration = RelayConfiguration(
      address: Self.address(isDevelopment ? "127.0.0.1" : "0.0.0.0", 2470, Self.bind),
      isDevelopment: isDevelopment
    )
    guard !isDevelopment else { return }
    configuration.metricsAddress = Self.address("0.0.0.0", 2471, Self.metricsListen)
    configuration.persistDirectory = "data/relay/persist"
    configuration.databasePath = "data/relay/relay.sqlite"
  }

  private static func address(
    _ host: String,
    _ port: Int,
    _ setting: Setting<RelaySettings>
  ) -> ListenAddress {
    ListenAddress(host: host, port: port, hostSetting: setting.name, portSetting: setting.name)
  }

  /// Throws ``ServiceError/Code/configuration`` if settings contradict each other.
  public func finished() throws(ServiceError) -> RelayConfiguration {
    var configuration = configuration
    // Records of the log refer to hosts and accounts of the database.
    guard configuration.persistDirectory == nil || configuration.databasePath != nil else {
      throw ServiceError(
        .configuration,
        """
        \(Self.persistDirectory.name) is set, but the database is in memory; set \
        \(Self.database.name) to sqlite://PATH
        """
      )
    }
    configuration.trustedProxies = trustedProxies ?? (isBehindProxy ? 1 : 0)
    if configuration.isDevelopment, configuration.adminPasswords.isEmpty {
      configuration.adminPasswords = [SecureRandom.base32(15)]
    }
    return configuration
  }

  /// Only programs on this machine can reach a loopback address, so a public relay that listens on
  /// one is behind a reverse proxy.
  private var isBehindProxy: Bool {
    let host = configuration.address.host
    return !configuration.isDevelopment
      && (host == "localhost" || IPAddress(host)?.isLoopback == true)
  }
}
