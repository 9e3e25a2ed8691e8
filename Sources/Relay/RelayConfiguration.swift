public import ATProtoHTTP
import ATProtoIdentity
public import Logging
public import ServiceKit

/// The configuration of a relay: its address, its data, the hosts that it crawls, and its limits.
public struct RelayConfiguration: Sendable {
  /// Whether the relay serves this machine only: it calls hosts on loopback addresses, and the only
  /// quota of a host is the one per second.
  public var isDevelopment: Bool
  /// The address to listen on.
  public var address: ListenAddress
  /// The address on which to serve metrics in the Prometheus format; nil to disable metrics.
  public var metricsAddress: ListenAddress?
  /// The passwords of the administrator, each of which is accepted; empty to disable `/admin` and
  /// the admin methods.
  public var adminPasswords: [String] = []
  /// The PLC directory.
  public var plcDirectory: HTTPURL
  /// The directory of the output log; nil to keep the log in memory.
  public var persistDirectory: String?
  /// The path of the SQLite database; nil to keep accounts and hosts in memory.
  public var databasePath: String?
  /// The maximum number of connections that read from the database at once.
  public var maximumDatabaseConnections = 40
  /// The time for which events are kept and replayed.
  public var replayWindow: Duration = .seconds(72 * 3600)
  /// The size of the log above which the oldest events are deleted, even those that could still be
  /// replayed; nil if there is no limit. It is checked once a minute.
  public var maximumLogBytes: Int?
  /// The lowest sequence number of a new event, for recovery after a disaster.
  public var initialSequence = 1
  /// How many events of one host are verified or wait for a lookup at once.
  public var hostConcurrency = 40
  /// The base of the events per second that a host may send; see `HostRate`.
  public var hostEventsPerSecond: Int
  /// The maximum number of accounts of an untrusted host.
  public var defaultAccountLimit = 100
  /// The maximum number of hosts that public crawl requests add per day.
  public var newHostsPerDay = 50
  /// Domains whose hosts have higher limits: names, or suffixes after a `*`.
  public var trustedDomains = ["*.host.bsky.network"]
  /// How many accounts are kept in memory.
  public var accountCache: CacheCapacity = .entries(5_000_000)
  /// Whether anyone may request a crawl, or only the administrator.
  public var isCrawlPublic = true
  /// Whether hosts on this machine, such as `localhost:2583`, may be crawled, over plain HTTP. This
  /// also applies to requests by the administrator.
  public var allowsInsecureHosts: Bool
  /// Whether hosts that do not follow Sync 1.1 yet are tolerated.
  public var isLenient = false
  /// Relays to which crawl requests and changes by the administrator are forwarded.
  public var siblings: [HTTPURL] = []
  /// When to log hosts that come close to their account limit.
  public var accountLimitAlerts = AccountLimitAlertSettings()
  /// A file with the zstd dictionary of Jetstream messages.
  public var jetstreamDictionary: String?
  /// The number of reverse proxies in front of the relay whose `X-Forwarded-For` entries are trusted.
  public var trustedProxies = 0
  /// The least severe messages to log.
  public var logLevel = Logger.Level.info
  /// The environment that each line of the log names, such as `production`; nil to leave it out.
  public var environment: String?
  /// The `version` in the response of `/xrpc/_health`.
  public var version = ServiceVersion.current

  /// Creates the default configuration.
  ///
  /// - Parameters:
  ///   - address: if nil, any free port of 127.0.0.1.
  ///   - isDevelopment: whether the relay serves this machine only.
  public init(address: ListenAddress? = nil, isDevelopment: Bool = false) {
    let bind = RelaySettings.bind.name
    self.address =
      address
      ?? ListenAddress(host: "127.0.0.1", port: 0, hostSetting: bind, portSetting: bind)
    self.isDevelopment = isDevelopment
    allowsInsecureHosts = isDevelopment
    hostEventsPerSecond = isDevelopment ? 5_000 : 50
    plcDirectory = isDevelopment ? Self.localDirectory : PLCDirectoryClient.standardURL
  }

  /// The default address of `atproto plc serve`.
  private static let localDirectory = HTTPURL("http://127.0.0.1:2582")!

  /// Warnings about missing settings of a public relay, one sentence each, for the log; empty in
  /// development.
  public var advice: [String] {
    guard !isDevelopment, adminPasswords.isEmpty else { return [] }
    return [
      "\(RelaySettings.adminPassword.name) is not set, so the admin API and page are disabled"
    ]
  }
}

/// When hosts that come close to their account limit are reported in the log.
public struct AccountLimitAlertSettings: Hashable, Sendable {
  /// The part of the limit from which a host is reported.
  public var threshold = 0.8
  /// The time from one check to the next.
  public var interval: Duration = .seconds(300)
  /// The time after which a host is reported again.
  public var repeatInterval: Duration = .seconds(6 * 3600)

  /// Creates the default settings.
  public init() {}
}
