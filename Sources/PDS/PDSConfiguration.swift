public import ATProtoCrypto
public import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import XRPC

/// How a Personal Data Server presents itself, listens and keeps its data.
public struct PDSConfiguration: Sendable {
  /// The folder for the database; made if need be, for this user only.
  public var dataDirectory: String
  /// The name under which clients reach the server; its DID is `did:web` of it.
  public var hostname: String
  /// The address to listen on.
  public var bindAddress: String
  /// 0 for any free port.
  public var port: Int
  /// Plain HTTP on this machine: the server's URL is that of its socket.
  public var isDevelopment: Bool
  /// Domains below which handles are given out, each with its leading dot.
  public var handleDomains: [String]
  /// Seconds that an access token is valid.
  public var accessTokenLifetime = 2 * 3600
  /// Seconds that a refresh token is valid.
  public var refreshTokenLifetime = 90 * 86_400
  /// Seconds that a refresh token still works after it was used, giving the same successor: the
  /// answer to its first use may have been lost on the way.
  public var refreshGracePeriod = 2 * 3600
  /// The folder for blobs; below the data folder unless given.
  public var blobDirectory: String?
  /// Bytes of one blob.
  public var blobUploadLimit = 5 << 20
  /// Bytes of all blobs of an account; nil for any number.
  public var blobQuota: Int?
  /// Seconds that a blob is kept without a record that refers to it.
  public var blobGracePeriod = 24 * 3600
  /// Bytes of a repository that is imported.
  public var importLimit = 256 << 20
  /// Bytes on the disk of exports and imports that are under way.
  public var scratchLimit = 4 << 30
  /// Milliseconds that events of the firehose are kept.
  public var firehoseRetention = 3 * 86_400_000
  /// The directory of did:plc: the network's unless given, in development one on this machine, for
  /// identities that are made for trying things out must not get into the network's.
  public var plcDirectory: HTTPURL
  /// Signs the operations of all new accounts; each has a key of its own unless given.
  public var rotationKey: PrivateKey?
  /// Goes before the server's in the rotation keys of new identities.
  public var recoveryKey: PublicKey?
  /// Whether a new account takes an invite code; not in development unless given.
  public var isInviteRequired: Bool
  /// Relays that are asked to subscribe to the firehose.
  public var crawlers: [HTTPURL] = []
  /// The key that signs sessions; one that is made and kept in the database unless given.
  public var sessionSecret: String?
  /// What `describeServer` links to.
  public var privacyPolicyURL: String?
  public var termsOfServiceURL: String?
  public var contactEmail: String?
  /// What the administrator proves to be one with; nil for nobody, and in development for one that
  /// is made at the first start.
  public var adminPassword: String?
  /// The file that every outgoing mail is appended to.
  public var mailFile: String?
  /// A command that takes what `sendmail` takes, with its arguments; goes where there is no file.
  public var mailCommand: String?
  /// The address that mail comes from; `noreply` at the hostname unless given.
  public var mailFrom: String?
  /// The cost of hashing a password.
  public var passwordCost = PasswordHash.Parameters.standard
  /// The app view that answers `app.bsky` and `chat.bsky` where a client names no other.
  public var appView: ServiceLocation?
  /// The moderation service for reports; the app view without.
  public var reportService: ServiceLocation?
  public var proxyLimits = ProxyLimits()
  /// Whether the tokens of calls that are passed on name the bare DID of the service. The XRPC
  /// specification ("Inter-Service Authentication (JWT)") calls that form deprecated, but it is what
  /// deployed services ask for in 2026, and all that the reference implementation sends.
  public var usesBareAudiences = true
  /// For development: services at addresses that only this machine or network can reach may be
  /// called, and over plain HTTP.
  public var allowsPrivateAddresses = false
  /// Whether calls are counted and limited; not in development unless given.
  public var hasRateLimits: Bool
  /// Who sends it as `X-RateLimit-Bypass` is not counted.
  public var rateLimitBypassKey: String?
  public var rateLimitBypassNetworks: [IPNetwork] = []
  /// How many proxies stand between clients and this server, whose `X-Forwarded-For` is believed.
  public var trustedProxies = 0
  /// What `/xrpc/_health` gives as `version`.
  public var version = "0.1.0"

  /// - Parameter handleDomains: one domain made from the hostname unless given, `.test` in
  ///   development.
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

  /// Where `atproto plc serve` listens.
  private static let localDirectory = HTTPURL("http://localhost:2582")!

  /// Below the hostname; `.test` on this machine, as in the reference implementation.
  static func defaultHandleDomains(of hostname: String, isDevelopment: Bool) -> [String] {
    [isDevelopment || hostname == "localhost" ? ".test" : ".\(hostname)"]
  }

  /// What a server for others lacks, for the log; nothing in development.
  public var advice: [String] {
    guard !isDevelopment else { return [] }
    var advice: [String] = []
    if adminPassword == nil {
      advice.append("without PDS_ADMIN_PASSWORD there is no administrator and no invite code")
    }
    if mailFile == nil && mailCommand == nil {
      advice.append(
        "without PDS_SENDMAIL_COMMAND no mail is sent: passwords cannot be reset, accounts not moved"
      )
    }
    if appView == nil {
      advice.append("without PDS_BSKY_APP_VIEW_URL and _DID calls of apps are not passed on")
    }
    if !hasRateLimits { advice.append("PDS_RATE_LIMITS_ENABLED=false: passwords can be tried out") }
    return advice
  }

  /// Throws ``PDSError/Code/configuration`` where the hostname cannot name a server.
  func serverDID() throws(PDSError) -> DID {
    // DID specification, "Blessed DID Methods": did:web at the level of a hostname.
    guard let did = try? DID("did:web:\(hostname)"), !hostname.contains(":") else {
      throw PDSError(.configuration, "'\(hostname)' is not a hostname")
    }
    return did
  }
}
