import ATProtoCrypto
import ATProtoHTTP
import ATProtoSyntax
import Logging
public import ServiceKit

extension LabelerSettings {
  /// All settings, in the order in which help shows them.
  public static let table = SettingsTable(
    prefix: "LABELER_",
    identity + place + moderation + targets + network + observation
  )

  typealias Value = SettingValue

  // Settings that errors and warnings mention.

  static let did = Setting<LabelerSettings>(
    "LABELER_DID",
    "did",
    "DID of the account whose labels these are; required without `--dev`."
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.did = try Value.did(text)
  }

  static let signingKey = Setting<LabelerSettings>(
    "LABELER_SIGNING_KEY_HEX",
    "key",
    """
    Key that signs labels, a K-256 private key as 64 hexadecimal digits; required without `--dev`. \
    To rotate it, run `atproto labeler setup` with the new key and restart with it.
    """,
    isSecret: true
  ) { (text, settings) throws(ServiceError) in
    guard text.utf8.count == 64, let bytes = Hex.decode(text),
      let key = try? PrivateKey(curve: .k256, rawRepresentation: bytes)
    else { throw Value.invalid("expected a K-256 private key in 64 hexadecimal digits") }
    settings.configuration.signingKey = key
  }

  private static let identity: [Setting<LabelerSettings>] = [
    did,
    signingKey,
    Setting<LabelerSettings>(
      "LABELER_PLC_URL",
      "url",
      """
      URL of the PLC directory (default: https://plc.directory; with `--dev`, one beside the \
      labeler).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.plcDirectory = try Value.baseURL(text)
      settings.isDirectoryGiven = true
    },
  ]

  private static let place: [Setting<LabelerSettings>] = [
    Setting<LabelerSettings>(
      "LABELER_PORT",
      "number",
      "Port to listen on; 0 for any free port (default: 2585)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.address.port = try Value.port(text)
    },
    Setting<LabelerSettings>(
      "LABELER_BIND_ADDRESS",
      "address",
      "IP address to listen on (default: 127.0.0.1).",
      alias: "bind"
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.address.host = text
    },
    Setting<LabelerSettings>(
      "LABELER_PUBLIC_URL",
      "url",
      """
      URL at which clients reach the labeler; https, except on this machine (default: the address \
      it listens on).
      """
    ) { (text, settings) throws(ServiceError) in
      let url = try Value.baseURL(text)
      guard url.scheme == "https" || url.isOnThisMachine else {
        throw Value.invalid("expected an https URL")
      }
      settings.configuration.publicURL = url
    },
    Setting<LabelerSettings>(
      "LABELER_DATA_DIRECTORY",
      "directory",
      "Directory for the database (default: data/labeler; in memory with `--dev`).",
      alias: "data"
    ) { (text, settings) throws(ServiceError) in
      settings.dataDirectory = text
    },
    Setting<LabelerSettings>(
      "DATABASE_URL",
      "url",
      "Database, as sqlite://PATH or memory: (default: labeler.sqlite in the data directory).",
      flag: "db-url"
    ) { (text, settings) throws(ServiceError) in
      settings.database = try database(text)
    },
  ]

  private static func database(_ text: String) throws(ServiceError) -> Database {
    if text == "memory:" { return .memory }
    for scheme in ["postgres://", "postgresql://"] where text.hasPrefix(scheme) {
      throw Value.invalid("PostgreSQL is not supported yet; use sqlite://PATH")
    }
    let scheme = "sqlite://"
    guard text.hasPrefix(scheme), text.count > scheme.count else {
      throw Value.invalid("expected sqlite://PATH or memory:")
    }
    return .file(String(text.dropFirst(scheme.count)))
  }

  private static let moderation: [Setting<LabelerSettings>] = [
    Setting<LabelerSettings>(
      "LABELER_ADMIN_PASSWORD",
      "passwords",
      """
      Admin passwords, separated by commas, each of which works (default: none, which leaves \
      service tokens; generated with `--dev`).
      """,
      isSecret: true,
      isList: true
    ) { (text, settings) throws(ServiceError) in
      // A password may contain spaces, but not at its ends.
      settings.configuration.adminPasswords = text.split(separator: ",").map(trimmed)
        .filter { !$0.isEmpty }
    },
    Setting<LabelerSettings>(
      "LABELER_ADMINS",
      "dids",
      """
      DIDs of accounts that are administrators of the team from the start, separated by commas; \
      the account of the labeler always is one.
      """,
      isList: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.administrators = []
      for text in Value.list(text) {
        settings.configuration.administrators.append(try Value.did(text))
      }
    },
    Setting<LabelerSettings>(
      "LABELER_DECLARATION",
      "file",
      """
      File with the declaration, an `app.bsky.labeler.service` record in JSON (default: the record \
      of the account).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.declarationFile = text
    },
    Setting<LabelerSettings>(
      "LABELER_REPLAY_WINDOW",
      "duration",
      "Age of the oldest labels that the stream replays, such as 720h (default: 0, for all)."
    ) { (text, settings) throws(ServiceError) in
      let window = text == "0" ? .zero : try Value.duration(text)
      settings.configuration.replayWindow = window == .zero ? nil : window
    },
    Setting<LabelerSettings>(
      "LABELER_RATE_LIMITS_ENABLED",
      "true|false",
      "Enable rate limits (default: true; false with `--dev`)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.hasRateLimits = try Value.flag(text)
    },
  ]

  private static let network: [Setting<LabelerSettings>] = [
    Setting<LabelerSettings>(
      "LABELER_ALLOW_PRIVATE_ADDRESSES",
      "true|false",
      """
      Allow calls to services on this machine and its networks; for development (default: false; \
      true with `--dev`).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.allowsPrivateAddresses = try Value.flag(text)
    },
    Setting<LabelerSettings>(
      "LABELER_TRUSTED_PROXIES",
      "number",
      """
      Number of reverse proxies whose `X-Forwarded-For` entries are trusted (default: 1 \
      when listening on a loopback address without `--dev`; otherwise 0).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.trustedProxies = try Value.number(text, 0...16)
    },
  ]

  static let metricsPort = Setting<LabelerSettings>(
    "LABELER_METRICS_PORT",
    "number",
    """
    Port for metrics in Prometheus form, at `/metrics`; 0 for any free port (default: no metrics).
    """
  ) { (text, settings) throws(ServiceError) in
    settings.metricsPort = try Value.port(text)
  }

  static let metricsAddress = Setting<LabelerSettings>(
    "LABELER_METRICS_ADDRESS",
    "address",
    "IP address for metrics (default: 127.0.0.1)."
  ) { (text, settings) throws(ServiceError) in
    settings.metricsHost = text
  }

  private static let observation: [Setting<LabelerSettings>] = [
    metricsPort,
    metricsAddress,
    Setting<LabelerSettings>(
      "LOG_LEVEL",
      "level",
      "Log from this level: trace, debug, info, notice, warning, error or critical (default: info).",
      flag: "log-level"
    ) { (text, settings) throws(ServiceError) in
      guard let level = Logger.Level(rawValue: text.lowercased()) else {
        throw Value.invalid("expected a log level, such as info or debug")
      }
      settings.configuration.logLevel = level
    },
  ]
}

extension LabelerSettings {
  fileprivate static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension HTTPURL {
  /// Whether the host is a loopback address, or a name for one (RFC 6761, 6.3).
  var isOnThisMachine: Bool {
    host == "localhost" || IPAddress(host)?.isLoopback == true
  }
}
