import ATProtoHTTP
import ATProtoSyntax
import XRPC

/// The settings of a server, as they are given one by one.
public struct PDSSettings: Sendable {
  var configuration: PDSConfiguration
  var handleDomains: [String]?
  var serviceDID: DID?
  var trustedProxies: Int?
  /// Whether a directory of did:plc is named.
  public internal(set) var isDirectoryGiven = false
  var appView = Place()
  var reportService = Place()

  /// A service by two settings.
  struct Place: Sendable {
    var url: HTTPURL?
    var did: DID?
  }

  /// - Parameter isDevelopment: plain HTTP on this machine, private addresses may be called, and a
  ///   password of the administrator is made up unless one is given.
  public init(isDevelopment: Bool) {
    configuration = PDSConfiguration(dataDirectory: "pds-data", isDevelopment: isDevelopment)
    configuration.allowsPrivateAddresses = isDevelopment
    if !isDevelopment { configuration.hostname = "" }
  }

  /// Throws ``PDSError/Code/configuration``, with the setting's name and never its value: a secret
  /// may be in the wrong place, or in a URL.
  public mutating func set(_ setting: PDSSetting, _ text: String) throws(PDSError) {
    do throws(PDSError) {
      try setting.apply(text, &self)
    } catch {
      throw PDSError(.configuration, "\(setting.name): \(error.reason)")
    }
  }

  /// Takes what an environment has; empty values count as absent.
  ///
  /// - Returns: names like settings that are none, for a warning.
  public mutating func read(_ environment: [String: String]) throws(PDSError) -> [String] {
    for setting in Self.all {
      guard let text = environment[setting.name], !text.isEmpty else { continue }
      try set(setting, text)
    }
    let known = Set(Self.all.map(\.name))
    return environment.keys.filter { $0.hasPrefix("PDS_") && !known.contains($0) }.sorted()
  }

  /// Takes what flags give, in place of what was read before. Several flags of a list are one list.
  public mutating func take(
    _ flags: [(setting: PDSSetting, text: String)]
  ) throws(PDSError) {
    var lists: [String: String] = [:]
    for (setting, text) in flags {
      var text = text
      if setting.isList {
        if let before = lists[setting.name] { text = "\(before),\(text)" }
        lists[setting.name] = text
      }
      try set(setting, text)
    }
  }

  /// Throws ``PDSError/Code/configuration`` where settings are missing or do not go together.
  public func finished() throws(PDSError) -> PDSConfiguration {
    var configuration = configuration
    guard !configuration.hostname.isEmpty else {
      throw PDSError(.configuration, "PDS_HOSTNAME is needed, or --dev for this machine alone")
    }
    configuration.handleDomains =
      handleDomains
      ?? PDSConfiguration.defaultHandleDomains(
        of: configuration.hostname,
        isDevelopment: configuration.isDevelopment
      )
    configuration.appView = try appView.location("PDS_BSKY_APP_VIEW")
    configuration.reportService = try reportService.location("PDS_REPORT_SERVICE")
    configuration.trustedProxies = trustedProxies ?? (isBehindProxy ? 1 : 0)
    let did = try configuration.serverDID()
    guard serviceDID == nil || serviceDID == did else {
      throw PDSError(
        .configuration,
        "PDS_SERVICE_DID: the DID of this server is did:web of its hostname"
      )
    }
    return configuration
  }

  /// Only programs of this machine reach a loopback address: a server for others has a proxy there.
  private var isBehindProxy: Bool {
    let address = configuration.bindAddress
    return !configuration.isDevelopment
      && (address == "localhost" || IPAddress(address)?.isLoopback == true)
  }

  /// The setting of a name in the environment or of a flag.
  public static func setting(_ name: String) -> PDSSetting? {
    all.first { $0.name == name || $0.flags.contains(name) }
  }
}

extension PDSSettings.Place {
  fileprivate func location(_ name: String) throws(PDSError) -> ServiceLocation? {
    switch (url, did) {
    case (nil, nil): nil
    case (let url?, let did?): ServiceLocation(did: did, url: url)
    default: throw PDSError(.configuration, "\(name)_URL and \(name)_DID go together")
    }
  }
}
