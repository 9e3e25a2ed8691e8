import ATProtoCrypto
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import Logging
import OAuthClient
import XRPCAsyncHTTPClient
import XRPCClient

/// The flags, and what follows from them: the app's registration, and how it reaches the network.
struct Settings: ParsableArguments {
  @Option(help: "IP address to listen on.")
  var host = "127.0.0.1"
  @Option(help: "Port to listen on.")
  var port = 8080
  @Option(
    name: .customLong("base-url"),
    help: "Public https URL of the app (default: http://127.0.0.1 and the port)."
  )
  var publicURL: HTTPURL?
  @Option(help: "URL of the PLC directory.")
  var plcURL = PLCDirectoryClient.standardURL
  @Option(help: "URL of the relay, or of the PDS, whose firehose to follow.")
  var firehoseURL = ServiceEndpoint("https://bsky.network")!
  @Flag(help: "Allow servers on this machine, without TLS.")
  var dev = false

  func validate() throws {
    guard publicURL.map({ $0.scheme == "https" && $0.target == "/" }) ?? true else {
      throw ValidationError("--base-url must be an https URL without a path")
    }
  }

  /// Where browsers find the app. `localhost` would not do: OAuth redirects go to the IP address.
  var baseURL: HTTPURL {
    publicURL ?? HTTPURL(scheme: "http", host: "127.0.0.1", port: UInt16(clamping: port))!
  }
}

extension Settings {
  /// An app with a public URL publishes its metadata there. In development, its ID contains them.
  private func registration() throws -> ClientRegistration {
    let callback = baseURL.origin + WebApp.callbackPath
    let scope = "atproto repo:\(XyzStatusphere.Status.nsid)"
    guard let publicURL else { return try .localhost(redirectURIs: [callback], scope: scope) }
    return try ClientRegistration(
      id: publicURL.origin + WebApp.metadataPath,
      redirectURIs: [callback],
      scope: scope,
      keys: try Self.key.map { [ClientKey(id: "1", privateKey: $0)] } ?? [],
      display: .init(name: "Statusphere", uri: publicURL.origin)
    )
  }

  /// The key of a confidential client, whose sessions last longer.
  private static var key: PrivateKey? {
    get throws {
      guard let text = ProcessInfo.processInfo.environment["STATUSPHERE_KEY"] else { return nil }
      let key = try PrivateKey(multikey: text)
      guard key.curve == .p256 else { throw ValidationError("STATUSPHERE_KEY must be on P-256") }
      return key
    }
  }

  /// Tokens are kept in memory, so a restart logs everybody out. `DirectoryTokenStore` keeps them in
  /// files.
  func oauthApp(logger: Logger) throws -> OAuthApp {
    OAuthApp(
      try registration(),
      store: MemoryTokenStore(),
      directory: baseDirectory,
      transport: transport,
      allowsHTTP: dev
    ) { error in
      logger.error("cannot store a session: \(error)")
    }
  }

  /// Remembers identities, to show handles in the list.
  var directory: CachingIdentityDirectory { CachingIdentityDirectory(baseDirectory) }

  private var baseDirectory: BaseIdentityDirectory {
    // DNS does not know handles like alice.test, but the development server does.
    let server = XRPCClient(service: firehoseURL, transport: AsyncHTTPClientTransport.shared)
    let known: BaseIdentityDirectory.KnownHandles = { handle async throws(IdentityError) in
      let answer = try? await server.comAtproto.identity.resolveHandle(
        .init(handle: FormatString(handle))
      )
      return try? answer?.did.parsed()
    }
    return BaseIdentityDirectory(
      plc: PLCDirectoryClient(url: plcURL, transport: transport),
      handles: HandleResolver(transport: transport),
      transport: transport,
      known: dev ? known : nil
    )
  }

  /// Handles and DIDs name the servers to call, so they could point into the app's own network.
  private var transport: GuardedTransport {
    GuardedTransport(policy: dev ? .development : .publicOnly)
  }
}

extension HTTPURL: @retroactive ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension ServiceEndpoint: @retroactive ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
