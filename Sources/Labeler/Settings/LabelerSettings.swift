import ATProtoHTTP
import ATProtoSyntax
public import ServiceKit

/// The settings of a labeler while they are read.
public struct LabelerSettings: ServiceSettings {
  var configuration: LabelerConfiguration
  var dataDirectory: String?
  var database: Database?
  var trustedProxies: Int?
  var pds = Target()
  var relay = Target()
  var appView = Target()
  var metricsHost: String?
  var metricsPort: Int?
  /// Whether the operator configured a PLC directory.
  public internal(set) var isDirectoryGiven = false

  enum Database: Sendable {
    case memory
    case file(String)
  }

  /// A service that is configured by up to three settings.
  struct Target: Sendable {
    var url: HTTPURL?
    var did: DID?
    var adminPassword: String?
  }

  /// - Parameter isDevelopment: plain HTTP on this machine, everything in memory, calls to private IP
  ///   addresses allowed, and an identity and an admin password that are made at the first start.
  public init(isDevelopment: Bool) {
    configuration = LabelerConfiguration(
      address: LabelerConfiguration.address(port: 2585),
      isDevelopment: isDevelopment
    )
  }

  /// Throws ``ServiceError/Code/configuration`` if a required setting is missing, or if settings
  /// contradict each other.
  public func finished() throws(ServiceError) -> LabelerConfiguration {
    var configuration = configuration
    if !configuration.isDevelopment {
      guard configuration.did != nil else { throw Self.missing(Self.did) }
      guard configuration.signingKey != nil else { throw Self.missing(Self.signingKey) }
    }
    configuration.databasePath = databasePath
    let allowsHTTP = configuration.allowsPrivateAddresses
    configuration.targets.pds = try pds.target(
      Self.pdsURL,
      Self.pdsDID,
      Self.pdsPassword,
      allowsHTTP: allowsHTTP
    )
    configuration.targets.relay = try relay.target(
      Self.relayURL,
      nil,
      Self.relayPassword,
      allowsHTTP: allowsHTTP
    )
    configuration.targets.appView = try appView.target(
      Self.appViewURL,
      Self.appViewDID,
      Self.appViewPassword,
      allowsHTTP: allowsHTTP
    )
    configuration.trustedProxies = trustedProxies ?? (isBehindProxy ? 1 : 0)
    configuration.metricsAddress = try MetricsEndpoint.address(
      host: metricsHost,
      port: metricsPort,
      hostSetting: Self.metricsAddress.name,
      portSetting: Self.metricsPort.name
    )
    return configuration
  }

  private static func missing(_ setting: Setting<LabelerSettings>) -> ServiceError {
    ServiceError(
      .configuration,
      "\(setting.name) is not set; set it, or pass --dev to serve this machine only"
    )
  }

  private var databasePath: String? {
    switch database {
    case .memory: nil
    case .file(let path): path
    case nil where configuration.isDevelopment && dataDirectory == nil: nil
    case nil: "\(dataDirectory ?? "data/labeler")/labeler.sqlite"
    }
  }

  /// Only programs on this machine can reach a loopback address, so a public labeler that listens on
  /// one is behind a reverse proxy.
  private var isBehindProxy: Bool {
    let host = configuration.address.host
    return !configuration.isDevelopment
      && (host == "localhost" || IPAddress(host)?.isLoopback == true)
  }
}

extension LabelerSettings.Target {
  /// - Parameters:
  ///   - didSetting: nil for a service that does not accept tokens.
  ///   - allowsHTTP: whether credentials may be sent over plain HTTP to other machines.
  fileprivate func target(
    _ urlSetting: Setting<LabelerSettings>,
    _ didSetting: Setting<LabelerSettings>?,
    _ passwordSetting: Setting<LabelerSettings>,
    allowsHTTP: Bool
  ) throws(ServiceError) -> TakedownTarget? {
    guard let url else {
      guard did == nil, adminPassword == nil else {
        let name = did == nil ? passwordSetting.name : didSetting?.name ?? ""
        throw ServiceError(
          .configuration,
          "\(name) is set without \(urlSetting.name); set both"
        )
      }
      return nil
    }
    guard url.scheme == "https" || url.isOnThisMachine || allowsHTTP else {
      throw ServiceError(.configuration, "\(urlSetting.name): expected an https URL")
    }
    guard did != nil || adminPassword != nil else {
      let names = [didSetting?.name, passwordSetting.name].compactMap(\.self)
      throw ServiceError(
        .configuration,
        "\(urlSetting.name) is set without credentials; set \(names.joined(separator: " or "))"
      )
    }
    return TakedownTarget(url: url, did: did, adminPassword: adminPassword)
  }
}
