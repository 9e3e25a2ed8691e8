import ATProtoHTTP
import Logging
public import ServiceKit

extension RelaySettings {
  /// All settings, in the order in which help shows them. Names, other names, and defaults are those
  /// of the reference implementation, so that its configuration works unchanged.
  public static let table = SettingsTable(
    prefix: "RELAY_",
    place + hosts + validation + operation + alerts + observation
  )

  private typealias Value = SettingValue

  // Settings that errors and warnings mention.

  static let adminPassword = Setting<RelaySettings>(
    "RELAY_ADMIN_PASSWORD",
    "passwords",
    """
    Admin passwords, separated by commas, each of which works (default: none, which disables \
    `/admin`; generated with `--dev`).
    """,
    aliases: ["RELAY_ADMIN_KEY"],
    isSecret: true,
    isList: true
  ) { (text, settings) throws(ServiceError) in
    // A password may contain spaces, but not at its ends.
    settings.configuration.adminPasswords = text.split(separator: ",").map(trimmed)
      .filter { !$0.isEmpty }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  static let bind = Setting<RelaySettings>(
    "RELAY_API_BIND",
    "address",
    """
    IP address and port to listen on; port 0 for any free port (default: :2470; 127.0.0.1:2470 \
    with `--dev`).
    """,
    aliases: ["RELAY_API_LISTEN"],
    flag: "bind"
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.address = try Value.bind(text, setting: "RELAY_API_BIND")
  }

  static let insecureHosts = Setting<RelaySettings>(
    "RELAY_ALLOW_INSECURE_HOSTS",
    "true|false",
    """
    Allow crawling hosts on this machine, such as localhost:2583, over plain HTTP; otherwise, not \
    even the administrator can add them (default: false; true with `--dev`).
    """
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.allowsInsecureHosts = try Value.flag(text)
  }

  static let metricsListen = Setting<RelaySettings>(
    "RELAY_METRICS_LISTEN",
    "address",
    """
    IP address and port for metrics in Prometheus form, at `/metrics` (default: :2471; none with \
    `--dev`).
    """
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.metricsAddress = try Value.bind(text, setting: "RELAY_METRICS_LISTEN")
  }

  static let persistDirectory = Setting<RelaySettings>(
    "RELAY_PERSIST_DIR",
    "directory",
    "Directory of the output log (default: data/relay/persist; in memory with `--dev`).",
    aliases: ["RELAY_PERSISTER_DIR"]
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.persistDirectory = text
  }

  static let database = Setting<RelaySettings>(
    "DATABASE_URL",
    "url",
    """
    Database of hosts and accounts, as sqlite://PATH (default: sqlite://data/relay/relay.sqlite; \
    in memory with `--dev`).
    """,
    flag: "db-url"
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.databasePath = try databasePath(text)
  }

  private static func databasePath(_ text: String) throws(ServiceError) -> String? {
    if text == "memory:" { return nil }
    for scheme in ["postgres://", "postgresql://"] where text.hasPrefix(scheme) {
      throw Value.invalid("PostgreSQL is not supported yet; use sqlite://PATH")
    }
    let scheme = "sqlite://"
    guard text.hasPrefix(scheme), text.count > scheme.count else {
      throw Value.invalid("expected sqlite://PATH")
    }
    return String(text.dropFirst(scheme.count))
  }

  private static let place: [Setting<RelaySettings>] = [
    bind,
    metricsListen,
    adminPassword,
    Setting<RelaySettings>(
      "RELAY_PLC_HOST",
      "url",
      """
      URL of the PLC directory (default: https://plc.directory; http://127.0.0.1:2582 with \
      `--dev`).
      """,
      aliases: ["ATP_PLC_HOST"]
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.plcDirectory = try Value.baseURL(text)
    },
    persistDirectory,
    database,
    Setting<RelaySettings>(
      "MAX_DB_CONNECTIONS",
      "number",
      "Maximum number of concurrent database readers (default: 40).",
      aliases: ["MAX_METADB_CONNECTIONS"],
      flag: "max-db-conn"
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.maximumDatabaseConnections = try Value.number(text, 1...1000)
    },
    Setting<RelaySettings>(
      "RELAY_REPLAY_WINDOW",
      "duration",
      "How long events are kept for replay (default: 72h).",
      aliases: ["RELAY_EVENT_PLAYBACK_TTL"]
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.replayWindow = try Value.duration(text)
    },
    Setting<RelaySettings>(
      "RELAY_MAX_LOG_SIZE",
      "size",
      """
      Maximum size of the log, such as 100GB; above it, the oldest events are deleted even if they \
      could still be replayed (default: no limit).
      """
    ) { (text, settings) throws(ServiceError) in
      guard let bytes = try Value.bytes(text), bytes >= 64_000 else {
        throw Value.invalid("expected a size of at least 64KB, such as 100GB")
      }
      settings.configuration.maximumLogBytes = bytes
    },
    Setting<RelaySettings>(
      "RELAY_INITIAL_SEQ_NUMBER",
      "number",
      "Lowest sequence number of new events, for recovery after the loss of the log (default: 1)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.initialSequence = try Value.number(text, 1...(1 << 52))
    },
  ]

  private static let hosts: [Setting<RelaySettings>] = [
    Setting<RelaySettings>(
      "RELAY_DISABLE_REQUEST_CRAWL",
      "true|false",
      "Accept crawl requests from the administrator only (default: false)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.isCrawlPublic = try !Value.flag(text)
    },
    insecureHosts,
    Setting<RelaySettings>(
      "RELAY_NEW_HOSTS_PER_DAY_LIMIT",
      "number",
      "Maximum number of hosts added by public crawl requests per day (default: 50)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.newHostsPerDay = try Value.number(text, 0...1_000_000)
    },
    Setting<RelaySettings>(
      "RELAY_DEFAULT_ACCOUNT_LIMIT",
      "number",
      "Maximum number of accounts of an untrusted host (default: 100).",
      aliases: ["RELAY_DEFAULT_REPO_LIMIT"]
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.defaultAccountLimit = try Value.number(text, 0...1_000_000_000)
    },
    Setting<RelaySettings>(
      "RELAY_HOST_EVENTS_PER_SECOND",
      "number",
      """
      Events per second that an untrusted host may send, plus one for every 1,000 accounts of \
      its limit (default: 50; 5000 with `--dev`).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.hostEventsPerSecond = try Value.number(text, 1...1_000_000)
    },
    Setting<RelaySettings>(
      "RELAY_HOST_CONCURRENCY",
      "number",
      "Maximum number of unfinished events per host (default: 40).",
      aliases: ["RELAY_CONCURRENCY_PER_PDS"]
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.hostConcurrency = try Value.number(text, 1...100_000)
    },
    Setting<RelaySettings>(
      "RELAY_TRUSTED_DOMAINS",
      "domains",
      """
      Domains whose hosts have higher limits, separated by commas: names, or suffixes after a `*` \
      (default: *.host.bsky.network).
      """,
      isList: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.trustedDomains = Value.list(text)
    },
    Setting<RelaySettings>(
      "RELAY_SIBLING_RELAYS",
      "urls",
      """
      Relays to which crawl requests and changes by the administrator are forwarded, separated by \
      commas.
      """,
      isList: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.siblings = []
      for text in Value.list(text) {
        let url = text.contains("://") ? text : "https://\(text)"
        settings.configuration.siblings.append(try Value.baseURL(url))
      }
    },
  ]

  private static let validation: [Setting<RelaySettings>] = [
    Setting<RelaySettings>(
      "RELAY_LENIENT_SYNC_VALIDATION",
      "true|false",
      "Tolerate hosts that do not follow Sync 1.1 yet, and count their events (default: false)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.isLenient = try Value.flag(text)
    },
    Setting<RelaySettings>(
      "RELAY_IDENT_CACHE_SIZE",
      "size",
      "Accounts to keep in memory, or the memory for them, such as 512MB (default: 5000000).",
      aliases: ["RELAY_DID_CACHE_SIZE"]
    ) { (text, settings) throws(ServiceError) in
      if let bytes = try Value.bytes(text) {
        settings.configuration.accountCache = .bytes(bytes)
      } else {
        settings.configuration.accountCache = .entries(try Value.number(text, 1...1_000_000_000))
      }
    },
  ]

  private static let operation: [Setting<RelaySettings>] = [
    Setting<RelaySettings>(
      "RELAY_JETSTREAM_DICTIONARY",
      "file",
      """
      zstd dictionary of compressed Jetstream messages (default: none; messages are compressed so \
      that clients with any dictionary can read them).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.jetstreamDictionary = text
    },
    Setting<RelaySettings>(
      "RELAY_TRUSTED_PROXIES",
      "number",
      """
      Number of reverse proxies whose `X-Forwarded-For` entries are trusted (default: 1 \
      when listening on a loopback address without `--dev`; otherwise 0).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.trustedProxies = try Value.number(text, 0...16)
    },
  ]

  private static let alerts: [Setting<RelaySettings>] = [
    Setting<RelaySettings>(
      "RELAY_ACCOUNT_LIMIT_ALERT_THRESHOLD",
      "fraction",
      "Fraction of its account limit at which a host is reported in the log (default: 0.80)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.accountLimitAlerts.threshold = try Value.fraction(text)
    },
    Setting<RelaySettings>(
      "RELAY_ACCOUNT_LIMIT_ALERT_INTERVAL",
      "duration",
      "Time between checks of account limits (default: 5m)."
    ) { (text, settings) throws(ServiceError) in
      let interval = try Value.duration(text)
      guard interval >= .milliseconds(10) else { throw Value.invalid("expected at least 10ms") }
      settings.configuration.accountLimitAlerts.interval = interval
    },
    Setting<RelaySettings>(
      "RELAY_ACCOUNT_LIMIT_ALERT_REPEAT_INTERVAL",
      "duration",
      "Time after which a host at its account limit is reported again (default: 6h)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.accountLimitAlerts.repeatInterval = try Value.duration(text)
    },
  ]

  private static let observation: [Setting<RelaySettings>] = [
    Setting<RelaySettings>(
      "RELAY_LOG_LEVEL",
      "level",
      """
      Log from this level: trace, debug, info, notice, warning, error, or critical (default: info).
      """,
      aliases: ["GO_LOG_LEVEL", "LOG_LEVEL"]
    ) { (text, settings) throws(ServiceError) in
      let name = text.lowercased() == "warn" ? "warning" : text.lowercased()
      guard let level = Logger.Level(rawValue: name) else {
        throw Value.invalid("expected a log level, such as info or debug")
      }
      settings.configuration.logLevel = level
    },
    Setting<RelaySettings>(
      "ENVIRONMENT",
      "name",
      "Environment name to add to each log line, such as production (default: none).",
      flag: "env"
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.environment = text
    },
  ]
}
