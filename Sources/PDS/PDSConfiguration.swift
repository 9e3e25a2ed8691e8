public import ATProtoCrypto
public import ATProtoHTTP
public import ATProtoIdentity
import ATProtoSyntax
public import ServiceKit

/// The configuration of a PDS: its name, its address, its data, and the services it uses.
public struct PDSConfiguration: Sendable {
  /// The directory for the database; created if needed, and readable only by this user.
  public var dataDirectory: String
  /// The name under which clients reach the server; its DID is the `did:web` of this name.
  public var hostname: String
  /// The IP address to listen on.
  public var bindAddress: String
  /// The port to listen on; 0 for any free port.
  public var port: Int
  /// Whether to serve plain HTTP on this machine, with the URL of the socket as the base URL.
  public var isDevelopment: Bool
  /// The domains in which handles are assigned, each with its leading dot.
  public var handleDomains: [String]
  /// The lifetime of an access token, in seconds.
  public var accessTokenLifetime = 2 * 3600
  /// The lifetime of a refresh token, in seconds.
  public var refreshTokenLifetime = 90 * 86_400
  /// The time for which a used refresh token still works and returns the same successor, in
  /// seconds. The response to its first use may have been lost in transit.
  public var refreshGracePeriod = 2 * 3600
  /// The directory for blobs; inside the data directory if nil.
  public var blobDirectory: String?
  /// The maximum size of a blob, in bytes.
  public var blobUploadLimit = 5 << 20
  /// The maximum total size of an account's blobs, in bytes; unlimited if nil.
  public var blobQuota: Int?
  /// The time for which a blob is kept without a record that references it, in seconds.
  public var blobGracePeriod = 24 * 3600
  /// The maximum size of an imported repository, in bytes.
  public var importLimit = 256 << 20
  /// The maximum size on disk of exports and imports in progress, in bytes.
  public var scratchLimit = 4 << 30
  /// The time for which firehose events are kept, in milliseconds.
  public var firehoseRetention = 3 * 86_400_000
  /// The PLC directory. The default is the public one; in development, it is one on this machine,
  /// because test identities must not get into the public one.
  public var plcDirectory: HTTPURL
  /// The rotation key of all new accounts, which signs their PLC operations; if nil, each account
  /// has its own key.
  public var rotationKey: PrivateKey?
  /// Precedes the server's key in the rotation keys of new identities.
  public var recoveryKey: PublicKey?
  /// Whether a new account needs an invite code; by default, not in development.
  public var isInviteRequired: Bool
  /// Relays to ask for a crawl.
  public var crawlers: [HTTPURL] = []
  /// The secret that signs sessions; if nil, a secret that is generated and kept in the database.
  public var sessionSecret: String?
  /// The links and the contact in the response of `describeServer`.
  public var privacyPolicyURL: String?
  public var termsOfServiceURL: String?
  public var contactEmail: String?
  /// The administrator's password. If nil, admin methods are disabled, except in development, where
  /// one is generated at the first start.
  public var adminPassword: String?
  /// The file to which outgoing email is appended.
  public var mailFile: String?
  /// A command, with its arguments, that is called like `sendmail`; used if there is no file.
  public var mailCommand: String?
  /// The sender of email; `noreply` at the hostname if nil.
  public var mailFrom: String?
  /// The cost of hashing a password.
  public var passwordCost = PasswordHash.Parameters.standard
  /// The app view for `app.bsky` and `chat.bsky` methods, unless a client names another service.
  public var appView: ServiceLocation?
  /// The moderation service, which may call admin methods that moderators need.
  public var modService: ServiceLocation?
  /// The labeler for reports; the moderation service if nil.
  public var reportService: ServiceLocation?
  /// The authorization server.
  public var oauth = OAuthSettings()
  /// How published Lexicon documents are found.
  public var lexicons = LexiconSettings()
  /// The name server for TXT records; those of the system if nil.
  public var dnsServer: SystemTXTResolver.Server?
  /// The limits for calls that are proxied to other services.
  public var proxyLimits = ProxyLimits()
  /// Whether the audience of tokens for proxied calls is the bare DID of the service. The XRPC
  /// specification ("Inter-Service Authentication (JWT)") deprecates that form, but deployed
  /// services expect it as of 2026, and the reference implementation does not send any other.
  public var usesBareAudiences = true
  /// For development: allows calls to private IP addresses, and over plain HTTP.
  public var allowsPrivateAddresses = false
  /// Whether rate limits apply; by default, not in development.
  public var hasRateLimits: Bool
  /// The value of `X-RateLimit-Bypass` that exempts a call from rate limits.
  public var rateLimitBypassKey: String?
  /// Networks that are exempt from rate limits.
  public var rateLimitBypassNetworks: [IPNetwork] = []
  /// The number of reverse proxies in front of this server whose `X-Forwarded-For` entries are
  /// trusted.
  public var trustedProxies = 0
  /// The address on which to serve metrics in the Prometheus format; nil to disable metrics.
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

  /// Warnings about missing or risky settings of a public server, one sentence each, for the log;
  /// empty in development.
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
        \(Settings.sendmailCommand.name) is not set: the server does not send email, so passwords \
        cannot be reset and accounts cannot be migrated
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
    // DID specification, "Blessed DID Methods": only did:web with a hostname.
    guard let did = try? DID("did:web:\(hostname)"), !hostname.contains(":") else {
      throw ServiceError(.configuration, "'\(hostname)' is not a valid hostname")
    }
    return did
  }

  /// The address to listen on, with the settings from which it comes.
  var listenAddress: ListenAddress {
    ListenAddress(
      host: bindAddress,
      port: port,
      hostSetting: PDSSettings.bindAddress.name,
      portSetting: PDSSettings.port.name
    )
  }
}
