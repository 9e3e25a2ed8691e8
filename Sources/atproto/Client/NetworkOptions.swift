import ATProtoHTTP
import ATProtoIdentity
import ArgumentParser
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// How commands reach PLC directories, name servers, and the hosts in identities.
struct NetworkOptions: ParsableArguments {
  @Option(
    name: .customLong("plc"),
    help: ArgumentHelp("Query this PLC directory.", valueName: "url"),
    transform: Self.url
  )
  var plcURL = PLCDirectoryClient.standardURL

  @Option(
    help: ArgumentHelp(
      "Query this name server instead of the system's: an IPv4 address, optionally with :port.",
      valueName: "ip-address"
    ),
    transform: Self.server
  )
  var resolver: SystemTXTResolver.Server?

  @Flag(help: "Allow calls to this machine, and resolve .test handles, for development.")
  var dev = false

  var transport: GuardedTransport {
    GuardedTransport(policy: dev ? .development : .publicOnly)
  }

  var plc: PLCDirectoryClient { PLCDirectoryClient(url: plcURL, transport: transport) }

  var directory: BaseIdentityDirectory {
    let transport = transport
    return BaseIdentityDirectory(
      plc: PLCDirectoryClient(url: plcURL, transport: transport),
      handles: HandleResolver(
        txt: SystemTXTResolver(server: resolver),
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

  private static func url(_ text: String) throws -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw ValidationError("'\(text)' is not a valid URL of a PLC directory")
    }
    return url
  }

  private static func server(_ text: String) throws -> SystemTXTResolver.Server {
    guard let server = SystemTXTResolver.Server(text) else {
      throw ValidationError("'\(text)' is not a valid IPv4 address, with or without a port")
    }
    return server
  }
}
