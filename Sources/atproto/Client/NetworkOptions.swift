import ATProtoHTTP
import ATProtoIdentity
import ArgumentParser
import Foundation
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// How commands reach PLC directories, name servers, and the hosts in identities.
struct NetworkOptions: ParsableArguments {
  @Option(
    name: .customLong("plc"),
    help: ArgumentHelp(
      "Query this PLC directory; default: ATPROTO_PLC_URL, or https://plc.directory.",
      valueName: "url"
    ),
    transform: Self.url
  )
  private var namedPLC: HTTPURL?

  @Option(
    name: [.customLong("resolver"), .customLong("dns")],
    help: ArgumentHelp(
      """
      Query this name server: an IPv4 address, optionally with :port; default: \
      ATPROTO_DNS_SERVER, or the system's.
      """,
      valueName: "ip-address"
    ),
    transform: Self.server
  )
  private var namedServer: SystemTXTResolver.Server?

  @Flag(help: "Allow calls to this machine, and resolve .test handles, for development.")
  var dev = false

  private static let plcVariable = "ATPROTO_PLC_URL"
  private static let dnsVariable = "ATPROTO_DNS_SERVER"

  func validate() throws {
    // A variable matters only without its option.
    if namedPLC == nil { _ = try Self.value(of: Self.plcVariable, Self.url) }
    if namedServer == nil { _ = try Self.value(of: Self.dnsVariable, Self.server) }
  }

  var plcURL: HTTPURL {
    let configured = try? Self.value(of: Self.plcVariable, Self.url)
    return namedPLC ?? configured ?? PLCDirectoryClient.standardURL
  }

  /// The name server; nil for the system's.
  var resolver: SystemTXTResolver.Server? {
    let configured = try? Self.value(of: Self.dnsVariable, Self.server)
    return namedServer ?? configured
  }

  var txt: SystemTXTResolver { SystemTXTResolver(server: resolver) }

  var transport: GuardedTransport {
    GuardedTransport(policy: dev ? .development : .publicOnly)
  }

  var plc: PLCDirectoryClient { PLCDirectoryClient(url: plcURL, transport: transport) }

  var directory: BaseIdentityDirectory { directory(over: transport) }

  func directory(over transport: GuardedTransport) -> BaseIdentityDirectory {
    BaseIdentityDirectory(
      plc: PLCDirectoryClient(url: plcURL, transport: transport),
      handles: HandleResolver(
        txt: txt,
        transport: transport,
        development: dev ? HandleResolver.Development() : nil
      ),
      transport: transport,
      allowsLocalhost: dev
    )
  }

  /// The transport for calls to a server that the user named. Such a server may be on this machine;
  /// a server that only comes from an identity may not.
  func transport(toNamed service: ServiceEndpoint) -> GuardedTransport {
    GuardedTransport(policy: dev || service.isOnThisMachine ? .development : .publicOnly)
  }

  func check(_ service: ServiceEndpoint) throws {
    guard service.scheme == "https" || service.isOnThisMachine || dev else {
      throw ValidationError("'\(service)' must use https, because it is not on this machine")
    }
  }

  /// An environment variable; nil if it is not set or empty.
  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func value<Value>(
    of variable: String,
    _ parse: (String) throws -> Value
  ) throws -> Value? {
    try environment(variable).map { text in
      do {
        return try parse(text)
      } catch {
        throw ValidationError("\(variable): \(error)")
      }
    }
  }

  private static func url(_ text: String) throws -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw ValidationError("'\(text)' is not a valid URL of a PLC directory")
    }
    return url
  }

  private static func server(_ text: String) throws -> SystemTXTResolver.Server {
    let name = "localhost"
    let address = text.hasPrefix(name) ? "127.0.0.1\(text.dropFirst(name.count))" : text
    guard let server = SystemTXTResolver.Server(address) else {
      throw ValidationError("'\(text)' is not a valid IPv4 address, with or without a port")
    }
    return server
  }
}
