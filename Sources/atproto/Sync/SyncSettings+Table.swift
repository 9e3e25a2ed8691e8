import ATProtoHTTP
import ATProtoSyntax
import Logging
import ServiceKit
import VerifiedSync
import XRPCClient

extension SyncSettings {
  /// All settings, in the order in which help shows them.
  static let table = SettingsTable(prefix: "TAP_", network + boundary + output + limits + others)

  private typealias Value = SettingValue

  private static let network: [Setting<SyncSettings>] = [
    Setting(
      "TAP_RELAY_URL",
      "url",
      """
      Relay or PDS to follow (default: https://relay1.us-east.bsky.network; http://127.0.0.1:2470 \
      with `--dev`).
      """,
      alias: "relay"
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.consumer.relay = ServiceEndpoint(try Value.baseURL(text))
    },
    Setting(
      "TAP_PLC_URL",
      "url",
      """
      PLC directory (default: https://plc.directory; http://127.0.0.1:2582 with `--dev`).
      """,
      alias: "plc",
      aliases: ["ATP_PLC_HOST"]
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.plc = try Value.baseURL(text)
    },
    Setting(
      "TAP_DATABASE_URL",
      "url",
      """
      Database, as sqlite://PATH, or memory: (default: sqlite://./tap.db; in memory with `--dev`).
      """,
      flag: "db-url"
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.databasePath = try databasePath(text)
    },
  ]

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

  private static let boundary: [Setting<SyncSettings>] = [
    Setting(
      "TAP_SIGNAL_COLLECTION",
      "nsid",
      "Follow all repositories with a record in this collection (default: none)."
    ) { (text, settings) throws(ServiceError) in
      guard let collection = try? NSID(text) else { throw Value.invalid("expected an NSID") }
      settings.signal = collection
    },
    Setting(
      "TAP_FULL_NETWORK",
      "flag",
      "Whether to follow all repositories of the relay (default: false).",
      isSwitch: true
    ) { (text, settings) throws(ServiceError) in
      settings.isNetwork = try Value.flag(text)
    },
    Setting(
      "TAP_COLLECTION_FILTERS",
      "patterns",
      """
      Collections whose records to output, separated by commas; `app.bsky.*` stands for all that \
      begin with `app.bsky.` (default: all collections).
      """,
      isList: true
    ) { (text, settings) throws(ServiceError) in
      var patterns: [CollectionPattern] = []
      for text in Value.list(text) {
        guard let pattern = CollectionPattern(text) else {
          throw Value.invalid("expected NSIDs, or prefixes such as app.bsky.*")
        }
        patterns.append(pattern)
      }
      settings.configuration.consumer.collections = patterns
    },
    Setting(
      "TAP_NO_REPLAY",
      "flag",
      """
      Whether to start with new events instead of the saved position (default: false). Not possible \
      with TAP_FULL_NETWORK.
      """,
      isSwitch: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.consumer.replaysFromCursor = try !Value.flag(text)
    },
  ]

  private static let output: [Setting<SyncSettings>] = [
    Setting(
      "TAP_BIND",
      "address",
      """
      IP address and port on which to serve events and administration, such as :2480 (default: \
      none).
      """,
      flag: "bind"
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.address = try Value.bind(text, setting: "TAP_BIND")
    },
    Setting(
      "TAP_WEBHOOK_URL",
      "url",
      "URL to which each event is sent in a POST request (default: none)."
    ) { (text, settings) throws(ServiceError) in
      guard let url = HTTPURL(text) else { throw Value.invalid("expected an HTTP URL") }
      settings.configuration.webhook = url
    },
    Setting(
      "TAP_DISABLE_ACKS",
      "flag",
      """
      Whether events that were sent over a WebSocket count as processed, without acknowledgment \
      (default: false).
      """,
      isSwitch: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.needsAcknowledgments = try !Value.flag(text)
    },
    Setting(
      "TAP_ADMIN_PASSWORD",
      "password",
      """
      Password of the user `admin` for all requests, and sent with webhook requests (default: \
      none, so that anyone who reaches the address has access).
      """,
      isSecret: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.adminPassword = text
    },
    Setting(
      "TAP_LOG_LEVEL",
      "level",
      "Least severe messages to log: debug, info, warning, or error (default: info).",
      aliases: ["LOG_LEVEL"]
    ) { (text, settings) throws(ServiceError) in
      let name = text.lowercased() == "warn" ? "warning" : text.lowercased()
      guard let level = Logger.Level(rawValue: name) else {
        throw Value.invalid("expected debug, info, warning, or error")
      }
      settings.configuration.logLevel = level
    },
  ]

  private static let limits: [Setting<SyncSettings>] = [
    Setting(
      "TAP_RETRY_TIMEOUT",
      "duration",
      "Time after which an unacknowledged event is sent again (default: 60s)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.consumer.retryTimeout = try Value.duration(text)
    },
    Setting(
      "TAP_FIREHOSE_PARALLELISM",
      "number",
      "Number of repository groups to verify in parallel (default: 10)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.consumer.firehoseParallelism = try Value.number(text, 1...1_000)
    },
    Setting(
      "TAP_RESYNC_PARALLELISM",
      "number",
      "Number of repositories to fetch at once (default: 5)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.consumer.resyncParallelism = try Value.number(text, 1...1_000)
    },
    Setting(
      "TAP_OUTBOX_CAPACITY",
      "number",
      """
      Maximum number of events waiting for delivery; reading pauses at this limit (default: 100000).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.consumer.outboxCapacity = try Value.number(text, 1...1_000_000_000)
    },
    Setting(
      "TAP_CURSOR_SAVE_INTERVAL",
      "duration",
      "How often to save the position in the firehose (default: 1s)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.consumer.cursorSaveInterval = try Value.duration(text)
    },
    Setting(
      "TAP_REPO_FETCH_TIMEOUT",
      "duration",
      "Timeout for fetching one repository (default: 300s)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.consumer.repositoryTimeout = try Value.duration(text)
    },
  ]

  /// Settings of the reference consumer that have no effect here, so that its configuration works
  /// unchanged.
  private static let others: [Setting<SyncSettings>] = [
    Setting(
      "TAP_IDENT_CACHE_SIZE",
      "number",
      "Accepted and ignored: identities are kept in the database with their repositories.",
      aliases: ["RELAY_IDENT_CACHE_SIZE"]
    ) { (text, settings) throws(ServiceError) in },
    Setting(
      "TAP_OUTBOX_PARALLELISM",
      "number",
      "Accepted and ignored: reading events from the database does not limit their delivery."
    ) { (text, settings) throws(ServiceError) in
      _ = try Value.number(text, 0...Int.max)
    },
    Setting(
      "TAP_MAX_DB_CONNS",
      "number",
      "Accepted and ignored: the database is SQLite.",
      flag: "max-db-conn"
    ) { (text, settings) throws(ServiceError) in
      _ = try Value.number(text, 0...Int.max)
    },
    Setting(
      "TAP_METRICS_LISTEN",
      "address",
      "Accepted and ignored: statistics are served only below `/stats/`."
    ) { (text, settings) throws(ServiceError) in },
    Setting(
      "TAP_ENV",
      "name",
      "Accepted and ignored: it would only label metrics."
    ) { (text, settings) throws(ServiceError) in },
    Setting(
      "TAP_OUTBOX_ONLY",
      "flag",
      "Must be false: only one process may use the database.",
      isSwitch: true
    ) { (text, settings) throws(ServiceError) in
      guard try !Value.flag(text) else {
        throw Value.invalid("delivery without following a relay is not supported")
      }
    },
  ]
}
