import ATProtoHTTP
import ATProtoSyntax
public import ServiceKit
import XRPC

/// The settings of a PDS while they are read.
public struct PDSSettings: ServiceSettings {
  var configuration: PDSConfiguration
  var handleDomains: [String]?
  var serviceDID: DID?
  var trustedProxies: Int?
  /// Whether the operator configured a PLC directory.
  public internal(set) var isDirectoryGiven = false
  var appView = Place()
  var modService = Place()
  var reportService = Place()
  var metricsHost: String?
  var metricsPort: Int?

  /// A service that is configured by two settings.
  struct Place: Sendable {
    var url: HTTPURL?
    var did: DID?
  }

  /// - Parameter isDevelopment: plain HTTP on this machine, with calls to private IP addresses
  ///   allowed and an admin password that is generated unless it is set.
  public init(isDevelopment: Bool) {
    configuration = PDSConfiguration(dataDirectory: "pds-data", isDevelopment: isDevelopment)
    configuration.allowsPrivateAddresses = isDevelopment
    if !isDevelopment { configuration.hostname = "" }
  }

  /// Throws ``ServiceError/Code/configuration`` if a required setting is missing, or if settings
  /// contradict each other.
  public func finished() throws(ServiceError) -> PDSConfiguration {
    var configuration = configuration
    guard !configuration.hostname.isEmpty else {
      throw ServiceError(
        .configuration,
        "\(Self.hostname.name) is not set; set it, or pass --dev to serve this machine only"
      )
    }
    configuration.handleDomains =
      handleDomains
      ?? PDSConfiguration.defaultHandleDomains(
        of: configuration.hostname,
        isDevelopment: configuration.isDevelopment
      )
    configuration.appView = try appView.location(Self.appViewURL, Self.appViewDID)
    configuration.modService = try modService.location(Self.modServiceURL, Self.modServiceDID)
    configuration.reportService = try reportService.location(
      Self.reportServiceURL,
      Self.reportServiceDID
    )
    configuration.trustedProxies = trustedProxies ?? (isBehindProxy ? 1 : 0)
    configuration.metricsAddress = try MetricsEndpoint.address(
      host: metricsHost,
      port: metricsPort,
      hostSetting: Self.metricsAddress.name,
      portSetting: Self.metricsPort.name
    )
    let did = try configuration.serverDID()
    guard serviceDID == nil || serviceDID == did else {
      throw ServiceError(
        .configuration,
        "\(Self.serviceDID.name): the DID of this server is did:web of its hostname"
      )
    }
    return configuration
  }

  /// Only programs on this machine can reach a loopback address, so a public server that listens on
  /// one is behind a reverse proxy.
  private var isBehindProxy: Bool {
    let host = configuration.bindAddress
    return !configuration.isDevelopment
      && (host == "localhost" || IPAddress(host)?.isLoopback == true)
  }
}

extension PDSSettings.Place {
  fileprivate func location(
    _ urlSetting: Setting<PDSSettings>,
    _ didSetting: Setting<PDSSettings>
  ) throws(ServiceError) -> ServiceLocation? {
    switch (url, did) {
    case (nil, nil): nil
    case (let url?, let did?): ServiceLocation(did: did, url: url)
    default:
      throw ServiceError(
        .configuration,
        "only one of \(urlSetting.name) and \(didSetting.name) is set; set both"
      )
    }
  }
}
