public import ATProtoHTTP
import ATProtoIdentity
public import ATProtoSyntax
public import Logging
public import ServiceKit
public import VerifiedSync

/// The configuration of an app view: its identity, its address, its data, and what it follows.
public struct AppViewConfiguration: Sendable {
  /// Whether the app view serves this machine only.
  public var isDevelopment: Bool
  /// The address to listen on.
  public var address: ListenAddress
  /// The public host name, with a port only for `localhost`; nil for `localhost` with the port of
  /// the socket.
  public var hostname: String?
  /// The DID of the service; nil for the `did:web` of the host name.
  public var did: DID?
  /// The path of the SQLite database; nil to keep everything in memory.
  public var databasePath: String?
  /// The relay or PDS whose repositories are indexed.
  public var relay: HTTPURL
  /// The PLC directory.
  public var plcDirectory: HTTPURL
  /// A service that resolves handles instead of DNS and HTTPS, with
  /// `com.atproto.identity.resolveHandle`; nil for none.
  public var handleResolver: HTTPURL?
  /// Folders with lexicons in JSON, read recursively, in addition to those that are compiled in.
  public var lexiconFolders: [String] = []
  /// The collections to index, with or without a lexicon; empty for all that have one.
  public var collections: [CollectionPattern] = []
  /// The labelers whose labels are followed.
  public var labelers: [DID] = []
  /// The password of the administrator; nil to refuse all admin methods.
  public var adminPassword: String?
  /// Whether plain HTTP and addresses of this machine and its networks are allowed where DID
  /// documents and redirects lead. URLs of this configuration always are.
  public var allowsPrivateAddresses: Bool
  /// The number of reverse proxies in front of the app view whose `X-Forwarded-For` entries are
  /// trusted.
  public var trustedProxies = 0
  /// The least severe messages to log.
  public var logLevel = Logger.Level.info
  /// The `version` in the response of `/xrpc/_health`.
  public var version = ServiceVersion.current

  /// Creates the default configuration, which keeps everything in memory.
  ///
  /// - Parameters:
  ///   - relay: the relay or PDS whose repositories are indexed.
  ///   - address: if nil, any free port of 127.0.0.1.
  ///   - isDevelopment: whether the app view serves this machine only.
  public init(
    relay: HTTPURL = AppViewConfiguration.localRelay,
    address: ListenAddress? = nil,
    isDevelopment: Bool = false
  ) {
    self.relay = relay
    self.address = address ?? Self.address(port: 0)
    self.isDevelopment = isDevelopment
    allowsPrivateAddresses = isDevelopment
    plcDirectory = isDevelopment ? Self.localDirectory : PLCDirectoryClient.standardURL
  }

  static func address(port: Int) -> ListenAddress {
    ListenAddress(
      host: "127.0.0.1",
      port: port,
      hostSetting: "APPVIEW_BIND_ADDRESS",
      portSetting: "APPVIEW_PORT"
    )
  }

  /// The default address of `atproto relay serve`.
  public static let localRelay = HTTPURL("http://127.0.0.1:2470")!

  /// The default address of `atproto plc serve`.
  private static let localDirectory = HTTPURL("http://127.0.0.1:2582")!

  /// Warnings about missing settings of a public app view, one sentence each, for the log; empty in
  /// development.
  public var advice: [String] {
    guard !isDevelopment else { return [] }
    var advice: [String] = []
    if hostname == nil {
      advice.append(
        "APPVIEW_HOSTNAME is not set: other services cannot verify the identity of this one"
      )
    }
    if adminPassword == nil {
      advice.append("APPVIEW_ADMIN_PASSWORD is not set: takedowns and the admin page are disabled")
    }
    return advice
  }
}
