import ATProtoHTTP
import ATProtoIdentity
import ArgumentParser
import XRPC
import XRPCAsyncHTTPClient

/// How the commands reach directories, name servers and other people's hosts.
struct NetworkOptions: ParsableArguments {
  @Option(name: .customLong("plc"), help: "The PLC directory to ask.", transform: Self.url)
  var plcURL = PLCDirectoryClient.standardURL

  @Option(
    help: ArgumentHelp(
      "The name server to ask in place of the system's: an IPv4 address, perhaps with :port.",
      valueName: "address"
    ),
    transform: Self.server
  )
  var resolver: SystemTXTResolver.Server?

  @Flag(help: "For development: this machine may be called, handles of .test are resolved.")
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

  private static func url(_ text: String) throws -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw ValidationError("'\(text)' is no URL of a directory")
    }
    return url
  }

  private static func server(_ text: String) throws -> SystemTXTResolver.Server {
    guard let server = SystemTXTResolver.Server(text) else {
      throw ValidationError("'\(text)' is no IPv4 address with or without a port")
    }
    return server
  }
}
