import ATProtoHTTP
import ATProtoSyntax
import Logging
public import ServiceKit
import VerifiedSync

extension AppViewSettings {
  /// All settings, in the order in which help shows them.
  public static let table = SettingsTable(
    prefix: "APPVIEW_",
    place + identity + sources + index + operation
  )

  typealias Value = SettingValue

  private static let place: [Setting<AppViewSettings>] = [
    Setting<AppViewSettings>(
      "APPVIEW_PORT",
      "number",
      "Port to listen on; 0 for any free port (default: 2584)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.address.port = try Value.port(text)
    },
    Setting<AppViewSettings>(
      "APPVIEW_BIND_ADDRESS",
      "address",
      "IP address to listen on (default: 127.0.0.1).",
      alias: "bind"
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.address.host = text
    },
    Setting<AppViewSettings>(
      "APPVIEW_DATA_DIRECTORY",
      "directory",
      "Directory for the database (default: data/appview; in memory with `--dev`).",
      alias: "data"
    ) { (text, settings) throws(ServiceError) in
      settings.dataDirectory = text
    },
    Setting<AppViewSettings>(
      "DATABASE_URL",
      "url",
      "Database, as sqlite://PATH or memory: (default: index.sqlite in the data directory).",
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

  private static let identity: [Setting<AppViewSettings>] = [
    Setting<AppViewSettings>(
      "APPVIEW_HOSTNAME",
      "name",
      "Public host name; only localhost may have a port (default: localhost and the port)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.hostname = try hostname(text)
    },
    Setting<AppViewSettings>(
      "APPVIEW_DID",
      "did",
      "DID of the service (default: the did:web of the host name)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.did = try Value.did(text)
    },
  ]

  private static func hostname(_ text: String) throws(ServiceError) -> String {
    let text = text.lowercased()
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    // The host of a URL follows the same rules, and a path or a user name would not survive.
    guard parts.count <= 2, let url = HTTPURL("http://\(text)"), url.target == "/",
      url.origin == "http://\(text)"
    else { throw Value.invalid("expected a host name, such as appview.example.com") }
    guard parts.count == 1 || parts[0] == "localhost" else {
      throw Value.invalid("only localhost may have a port")
    }
    return text
  }

  // A setting that an error mentions.
  static let relayURL = Setting<AppViewSettings>(
    "APPVIEW_RELAY_URL",
    "url",
    """
    URL of the relay, or of the PDS, whose repositories are indexed; required without `--dev` \
    (default with `--dev`: http://127.0.0.1:2470).
    """
  ) { (text, settings) throws(ServiceError) in
    settings.relay = try Value.baseURL(text)
  }

  private static let sources: [Setting<AppViewSettings>] = [
    relayURL,
    Setting<AppViewSettings>(
      "APPVIEW_PLC_URL",
      "url",
      """
      URL of the PLC directory (default: https://plc.directory; http://127.0.0.1:2582 with \
      `--dev`).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.plcDirectory = try Value.baseURL(text)
      settings.isDirectoryGiven = true
    },
    Setting<AppViewSettings>(
      "APPVIEW_HANDLE_RESOLVER_URL",
      "url",
      """
      URL of a service that resolves handles with `com.atproto.identity.resolveHandle`, instead of \
      DNS and HTTPS (default: none).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.handleResolver = try Value.baseURL(text)
    },
    Setting<AppViewSettings>(
      "APPVIEW_LABELERS",
      "dids",
      "DIDs of the labelers whose labels are followed, separated by commas (default: none).",
      isList: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.labelers = []
      for text in Value.list(text) {
        let did = try Value.did(text)
        guard !settings.configuration.labelers.contains(did) else { continue }
        settings.configuration.labelers.append(did)
      }
    },
  ]

  private static let index: [Setting<AppViewSettings>] = [
    Setting<AppViewSettings>(
      "APPVIEW_LEXICONS",
      "folders",
      """
      Folders with lexicons in JSON, separated by commas, read recursively, in addition to those \
      that are compiled in (default: none).
      """,
      isList: true
    ) { (text, settings) throws(ServiceError) in
      // A path may contain spaces.
      settings.configuration.lexiconFolders = text.split(separator: ",").map {
        String($0.drop { $0 == " " })
      }
    },
    Setting<AppViewSettings>(
      "APPVIEW_COLLECTIONS",
      "patterns",
      """
      Collections to index, as NSIDs and `prefix.*`, separated by commas; a collection needs no \
      lexicon (default: all that have one).
      """,
      isList: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.collections = []
      for text in Value.list(text) {
        guard let pattern = CollectionPattern(text) else {
          throw Value.invalid("expected NSIDs, such as app.bsky.feed.post, or app.bsky.feed.*")
        }
        settings.configuration.collections.append(pattern)
      }
    },
  ]

  private static let operation: [Setting<AppViewSettings>] = [
    Setting<AppViewSettings>(
      "APPVIEW_ADMIN_PASSWORD",
      "password",
      """
      Password of the administrator, whose user name is admin (default: none, which disables \
      takedowns and the admin page; generated with `--dev`).
      """,
      isSecret: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.adminPassword = text
    },
    Setting<AppViewSettings>(
      "APPVIEW_ALLOW_PRIVATE_ADDRESSES",
      "true|false",
      """
      Allow plain HTTP and addresses of this machine and its networks where DID documents and \
      redirects lead; for development (default: false; true with `--dev`).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.allowsPrivateAddresses = try Value.flag(text)
    },
    Setting<AppViewSettings>(
      "APPVIEW_TRUSTED_PROXIES",
      "number",
      """
      Number of reverse proxies whose `X-Forwarded-For` entries are trusted (default: 1 when \
      listening on a loopback address with a public host name; otherwise 0).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.trustedProxies = try Value.number(text, 0...16)
    },
    Setting<AppViewSettings>(
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
