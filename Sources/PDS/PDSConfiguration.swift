public import ATProtoCrypto
public import ATProtoHTTP
public import ATProtoIdentity
import ATProtoSyntax
public import ServiceKit

/// The configuration of a PDS: its name, its address, its data, and the services it uses.
public struct PDSConfiguration: Sendable {
  /// The directory for the database; created if needed, readable by this user only.
  public var dataDirectory: String
  /// The name under which clients reach the server; its DID is `did:web` of it.
  public var hostname: String
  /// The IP address to listen on.
  public var bindAddress: String
  /// 0 for any free port.
  public var port: Int
  /// Plain HTTP on this machine: the base URL of the server is that of its socket.
  public var isDevelopment: Bool
  /// Domains in which handles are assigned, each with its leading dot.
  public var handleDomains: [String]
  /// Seconds that an access token is valid.
  public var accessTokenLifetime = 2 * 3600
  /// Seconds that a refresh token is valid.
  public var refreshTokenLifetime = 90 * 86_400
  /// Seconds that a refresh token still works after it was used, with the same successor: the
  /// response to its first use may have been lost in transit.
  public var refreshGracePeriod = 2 * 3600
  /// The directory for blobs; inside the data directory if nil.
  public var blobDirectory: String?
  /// Maximum bytes of a blob.
  public var blobUploadLimit = 5 << 20
  /// Maximum bytes of all blobs of an account; unlimited if nil.
  public var blobQuota: Int?
  /// Seconds that a blob is kept without a record that refers to it.
  public var blobGracePeriod = 24 * 3600
  /// Maximum bytes of an imported repository.
  public var importLimit = 256 << 20
  /// Bytes on disk of exports and imports in progress.
  public var scratchLimit = 4 << 30
  /// Milliseconds that firehose events are kept.
  public var firehoseRetention = 3 * 86_400_000
  /// The PLC directory: that of the network by default; in development, one on this machine, because
  /// identities made for trials must not get into the network's.
  public var plcDirectory: HTTPURL
  /// Signs the PLC operations of all new accounts; if nil, each account has a key of its own.
  public var rotationKey: PrivateKey?
  /// Precedes the server's key in the rotation keys of new identities.
  public var recoveryKey: PublicKey?
  /// Whether a new account needs an invite code; by default, not in development.
  public var isInviteRequired: Bool
  /// Relays to ask for a crawl.
  public var crawlers: [HTTPURL] = []
  /// The secret that signs sessions; if nil, one that is generated and kept in the database.
  public var sessionSecret: String?
  /// What `describeServer` links to.
  public var privacyPolicyURL: String?
  public var termsOfServiceURL: String?
  public var contactEmail: String?
  /// The administrator's password. If nil, admin methods are disabled, except in development, where
  /// one is generated at the first start.
  public var adminPassword: String?
  /// The file to append outgoing mail to.
  public var mailFile: String?
  /// A command, with its arguments, that is called like `sendmail`; used if there is no file.
  public var mailCommand: String?
  /// The sender of mail; `noreply` at the hostname if nil.
  public var mailFrom: String?
  /// The cost of hashing a password.
  public var passwordCost = PasswordHash.Parameters.standard
  /// The app view for `app.bsky` and `chat.bsky` methods of clients that name no other service.
  public var appView: ServiceLocation?
  /// The moderation service for reports; the app view if nil.
  public var reportService: ServiceLocation?
  /// The authorization server.
  public var oauth = OAuthSettings()
  /// The name server for TXT records; those of the system if nil.
  public var dnsServer: SystemTXTResolver.Server?
  /// The bounds of calls that are proxied to other services.
  public var proxyLimits = ProxyLimits()
  /// Whether the tokens of proxied calls are addressed to the bare DID of the service. The XRPC
  /// specification ("Inter-Service Authentication (JWT)") deprecates that form, but deployed services
  /// expect it in 2026, and the reference implementation sends no other.
  public var usesBareAudiences = true
  /// For development: allows calls to private IP addresses, and over plain HTTP.
  public var allowsPrivateAddresses = false
  /// Whether rate limits apply; by default, not in development.
  public var hasRateLimits: Bool
  /// Exempts calls that have it as `X-RateLimit-Bypass` from rate limits.
  public var rateLimitBypassKey: String?
  /// Networks that are exempt from rate limits.
  public var rateLimitBypassNetworks: [IPNetwork] = []
  /// How many reverse proxies are in front of this server, whose `X-Forwarded-For` is trusted.
  public var trustedProxies = 0
  /// Where to serve metrics in Prometheus form; nowhere if nil.
  public var metricsAddress: ListenAddress?
  /// The `version` in the response of `/xrpc/_health`.
  public var version = ServiceVersion.current

  /// - Parameter handleDomains: if nil, the domain of the hostname, or `.test` in development.
  public init(
    dataDirectory: String,
    hostname: String = "localhost",
    bindAddress: String = "127.0.0.1",
    port: Int = 2583,
    isDevelopment: Bool = false,
    handleDomains: [String]? = nil
  ) {
    self.dataDirectory = dataDirectory
    self.hostname = hostname
    self.bindAddress = bindAddress
    self.port = port
    self.isDevelopment = isDevelopment
    isInviteRequired = !isDevelopment
    hasRateLimits = !isDevelopment
    plcDirectory = isDevelopment ? Self.localDirectory : PLCDirectoryClient.standardURL
    self.handleDomains =
      handleDomains ?? Self.defaultHandleDomains(of: hostname, isDevelopment: isDevelopment)
  }

  /// The default address of `atproto plc serve`.
  private static let localDirectory = HTTPURL("http://localhost:2582")!

  /// Subdomains of the hostname; `.test` on this machine, as in the reference implementation.
  static func defaultHandleDomains(of hostname: String, isDevelopment: Bool) -> [String] {
    [isDevelopment || hostname == "localhost" ? ".test" : ".\(hostname)"]
  }

  /// What a public server lacks, one sentence each, for the log; empty in development.
  public var advice: [String] {
    guard !isDevelopment else { return [] }
    typealias Settings = PDSSettings
    var advice: [String] = []
    if adminPassword == nil {
      advice.append(
        "\(Settings.adminPassword.name) is not set: admin methods and invite codes are unavailable"
      )
    }
    if mailFile == nil && mailCommand == nil {
      advice.append(
        """
        \(Settings.sendmailCommand.name) is not set: the server sends no mail, so passwords cannot \
        be reset and accounts cannot be migrated
        """
      )
    }
    if appView == nil {
      advice.append(
        """
        \(Settings.appViewURL.name) and \(Settings.appViewDID.name) are not set: calls of apps \
        are not proxied
        """
      )
    }
    if !hasRateLimits {
      advice.append("\(Settings.rateLimits.name) is false: passwords can be guessed without limit")
    }
    return advice
  }

  /// Throws ``ServiceError/Code/configuration`` if the hostname cannot name a server.
  func serverDID() throws(ServiceError) -> DID {
    // DID specification, "Blessed DID Methods": did:web at the level of a hostname.
    guard let did = try? DID("did:web:\(hostname)"), !hostname.contains(":") else {
      throw ServiceError(.configuration, "'\(hostname)' is not a valid hostname")
    }
    return did
  }

  /// The address to listen on, with the settings that it comes from.
  var listenAddress: ListenAddress {
    ListenAddress(
      host: bindAddress,
      port: port,
      hostSetting: PDSSettings.bindAddress.name,
      portSetting: PDSSettings.port.name
    )
  }
}
