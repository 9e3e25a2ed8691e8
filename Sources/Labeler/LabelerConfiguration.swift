public import ATProtoCrypto
public import ATProtoHTTP
import ATProtoIdentity
public import ATProtoSyntax
public import Logging
public import ServiceKit

/// The configuration of a labeler: its identity, its address, its data, and the services it acts on.
public struct LabelerConfiguration: Sendable {
  /// Whether the labeler serves this machine only.
  public var isDevelopment: Bool
  /// The account whose labels these are; nil in development for one that is registered at the first
  /// start.
  public var did: DID?
  /// The key `#atproto_label` of the account; nil in development for one that is generated.
  public var signingKey: PrivateKey?
  /// The address to listen on.
  public var address: ListenAddress
  /// The URL at which clients reach the labeler; nil for that of the socket.
  public var publicURL: HTTPURL?
  /// The path of the SQLite database; nil to keep everything in memory.
  public var databasePath: String?
  /// The passwords of the administrator, each of which is accepted; empty to accept service tokens
  /// only.
  public var adminPasswords: [String] = []
  /// Accounts that are members with the role of an administrator from the start.
  public var administrators: [DID] = []
  /// The PLC directory.
  public var plcDirectory: HTTPURL
  /// A file with the declaration, an `app.bsky.labeler.service` record in JSON; nil for the record
  /// of the account.
  public var declarationFile: String?
  /// The PDS, relay, and app view that takedowns are pushed to.
  public var targets = TakedownTargets()
  /// The time for which labels are replayed by the stream; nil for all.
  public var replayWindow: Duration?
  /// Whether rate limits apply; by default, not in development.
  public var hasRateLimits: Bool
  /// Whether services on this machine and its networks may be called, over plain HTTP, too.
  public var allowsPrivateAddresses: Bool
  /// The number of reverse proxies in front of the labeler whose `X-Forwarded-For` entries are
  /// trusted.
  public var trustedProxies = 0
  /// The address on which to serve metrics in the Prometheus format; nil to disable metrics.
  public var metricsAddress: ListenAddress?
  /// The least severe messages to log.
  public var logLevel = Logger.Level.info
  /// The `version` in the response of `/xrpc/_health`.
  public var version = ServiceVersion.current

  /// Creates the default configuration, which keeps everything in memory.
  ///
  /// - Parameters:
  ///   - did: the account whose labels these are; only in development may it be nil.
  ///   - signingKey: the account's key `#atproto_label`; only in development may it be nil.
  ///   - address: if nil, any free port of 127.0.0.1.
  ///   - isDevelopment: whether the labeler serves this machine only.
  public init(
    did: DID? = nil,
    signingKey: PrivateKey? = nil,
    address: ListenAddress? = nil,
    isDevelopment: Bool = false
  ) {
    self.did = did
    self.signingKey = signingKey
    self.address = address ?? Self.address(port: 0)
    self.isDevelopment = isDevelopment
    hasRateLimits = !isDevelopment
    allowsPrivateAddresses = isDevelopment
    plcDirectory = isDevelopment ? Self.localDirectory : PLCDirectoryClient.standardURL
  }

  static func address(port: Int) -> ListenAddress {
    ListenAddress(
      host: "127.0.0.1",
      port: port,
      hostSetting: "LABELER_BIND_ADDRESS",
      portSetting: "LABELER_PORT"
    )
  }

  /// The default address of `atproto plc serve`.
  private static let localDirectory = HTTPURL("http://127.0.0.1:2582")!

  /// Warnings about missing settings of a public labeler, one sentence each, for the log; empty in
  /// development.
  public var advice: [String] {
    guard !isDevelopment else { return [] }
    var advice: [String] = []
    if publicURL == nil {
      advice.append("LABELER_PUBLIC_URL is not set: links lead to the address of the socket")
    }
    if !hasRateLimits {
      advice.append("LABELER_RATE_LIMITS_ENABLED is false: anyone can fill the queue of reports")
    }
    return advice
  }
}

/// The services that a labeler's takedowns are pushed to.
public struct TakedownTargets: Hashable, Sendable {
  /// The PDS of the accounts that the labeler moderates.
  public var pds: TakedownTarget?
  /// A relay. Only the takedowns of accounts are pushed to it.
  public var relay: TakedownTarget?
  /// An app view.
  public var appView: TakedownTarget?

  /// Creates targets; all are nil.
  public init() {}
}

/// A service whose `com.atproto.admin.updateSubjectStatus` a labeler calls.
public struct TakedownTarget: Hashable, Sendable {
  /// Scheme, host, and port.
  public var url: HTTPURL
  /// The DID of the service, the audience of tokens; nil if the labeler uses the password.
  public var did: DID?
  /// The admin password of the service; nil if the labeler signs tokens.
  public var adminPassword: String?

  /// - Parameters:
  ///   - url: scheme, host, and port; a path is not used.
  ///   - did: the audience of tokens; needed without a password.
  ///   - adminPassword: takes precedence over tokens.
  public init(url: HTTPURL, did: DID? = nil, adminPassword: String? = nil) {
    self.url = url
    self.did = did
    self.adminPassword = adminPassword
  }
}
