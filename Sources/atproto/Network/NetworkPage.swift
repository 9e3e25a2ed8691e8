import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OAuthClient
import ServiceKit
import Synchronization
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

/// The page of a development network: its services, accounts, and sample queries. It is an app, too,
/// with which accounts log in by OAuth. Beside it, there is the resolver of the network's handles.
struct NetworkPage: NetworkService {
  let address: ListenAddress
  let logger: Logger
  private let plan: NetworkPlan
  private let accounts: NetworkAccounts
  private let app: NetworkApp
  private let running = RunningState()

  /// The network once it is up.
  private final class RunningState: Sendable {
    let network = Mutex<RunningNetwork?>(nil)
  }

  private static let cookie = "network-login"

  init(plan: NetworkPlan, accounts: NetworkAccounts, logger: Logger) throws {
    self.plan = plan
    self.accounts = accounts
    self.logger = logger
    address = plan.pageAddress
    app = try NetworkApp(plan)
  }

  /// Shows a network that is up.
  func show(_ network: RunningNetwork) {
    running.network.withLock { $0 = network }
  }

  func application(
    onListening: @escaping @Sendable (String) async -> Void
  ) -> Application<XRPCResponder> {
    var configuration = XRPCServerConfiguration(host: address.host, port: address.port)
    configuration.fallbackPaths = ["/", "/style.css", "/login", NetworkApp.callback]
    configuration.shutdownTimeout = shutdownTimeout
    let server = XRPCServer(
      [
        .query(ComAtproto.Identity.ResolveHandle.self) { [app] request in
          try await app.resolve(request.parameters.handle)
        }
      ],
      configuration: configuration,
      logger: logger,
      fallback: { [self] request, _ in await respond(to: request) }
    )
    return server.application { [address] port in await onListening(address.url(port: port)) }
  }

  private func respond(to request: Request) async -> Response {
    guard request.method == .get else { return .text("use GET\n", .methodNotAllowed) }
    guard let network = running.network.withLock({ $0 }) else {
      return .text("the network is starting\n", .serviceUnavailable)
    }
    switch request.uri.path {
    case "/":
      return Self.html(NetworkPageText(network, accounts.all).overview)
    case "/style.css":
      return Response(
        status: .ok,
        headers: [.contentType: "text/css; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: NetworkPageText.style))
      )
    case "/login":
      return await logIn(request)
    case NetworkApp.callback:
      return await finish(request, NetworkPageText(network, accounts.all))
    default:
      return .text("not found\n", .notFound)
    }
  }

  private func logIn(_ request: Request) async -> Response {
    let handle = request.uri.queryParameters["account"].map(String.init)
    guard let account = accounts.all.first(where: { $0.handle.string == handle }) else {
      return .text("no such account\n", .notFound)
    }
    do {
      let login = try await app.startLogin(account)
      return Response(
        status: .seeOther,
        headers: [
          .location: login.url,
          .setCookie: "\(Self.cookie)=\(login.state); Path=/; HttpOnly; SameSite=Lax",
        ]
      )
    } catch {
      return .text("cannot start the login: \(error)\n", .badGateway)
    }
  }

  /// The browser comes back from the authorization server.
  private func finish(_ request: Request, _ text: NetworkPageText) async -> Response {
    do {
      let callback = try AuthorizationCallback(request.uri.string)
      // Another site must not log this browser in.
      guard Self.cookies(of: request)[Self.cookie] == callback.state else {
        return .text("the login was not started in this browser\n", .forbidden)
      }
      return Self.html(text.session(try await app.finishLogin(callback)))
    } catch let error as OAuthClientError {
      return Self.html(text.refusal(error.reason), .badRequest)
    } catch {
      return Self.html(text.refusal("\(error)"), .badGateway)
    }
  }

  private static func cookies(of request: Request) -> [String: String] {
    var cookies: [String: String] = [:]
    for pair in request.headers[values: .cookie].flatMap({ $0.split(separator: ";") }) {
      let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { cookies[String(parts[0])] = String(parts[1]) }
    }
    return cookies
  }

  private static func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
    var headers = PageHeaders.fields(PagePolicy.pages.value(images: []), isSecure: false)
    headers[.contentType] = "text/html; charset=utf-8"
    return Response(
      status: status,
      headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }
}

/// The app that accounts log in to from the page.
struct NetworkApp: Sendable {
  static let callback = "/callback"
  private static let scope = "atproto transition:generic"

  /// What the app has seen with the session of an account, which has ended.
  struct Visit: Sendable {
    let did: String
    let scopes: [String]
    /// From the app view, through the account's PDS.
    let profile: AppBsky.Actor.Defs.ProfileViewDetailed
  }

  private let hosts: [NetworkPlan.Member: XRPCClient]
  private let app: OAuthApp

  /// Throws a ``CommandError`` if an address of the plan is not valid.
  init(_ plan: NetworkPlan) throws {
    var hosts: [NetworkPlan.Member: XRPCClient] = [:]
    for member in [NetworkPlan.Member.firstPDS, .secondPDS] {
      hosts[member] = XRPCClient(
        service: ServiceEndpoint(try plan.url(of: member)),
        transport: AsyncHTTPClientTransport.shared
      )
    }
    self.hosts = hosts
    let transport = AsyncHTTPClientTransport.shared
    let directory = BaseIdentityDirectory(
      plc: PLCDirectoryClient(url: try plan.url(of: .plc), transport: transport),
      handles: HandleResolver(txt: FixedTXTResolver(), transport: transport),
      transport: transport
    )
    app = OAuthApp(
      try ClientRegistration.localhost(
        redirectURIs: ["http://127.0.0.1\(Self.callback)"],
        scope: Self.scope
      ),
      store: MemoryTokenStore(),
      directory: NetworkIdentityDirectory(hosts: Array(hosts.values), other: directory),
      transport: transport,
      allowsHTTP: true
    ) { _ in }
    redirectURI = plan.address(of: .page) + Self.callback
  }

  private let redirectURI: String

  func startLogin(_ account: NetworkAccount) async throws -> StartedLogin {
    guard let host = hosts[account.host] else {
      throw CommandError(reason: "\(account.handle) has no PDS")
    }
    return try await app.startLogin(
      at: host.service,
      options: LoginOptions(redirectURI: redirectURI, loginHint: account.handle.string)
    )
  }

  func finishLogin(_ callback: AuthorizationCallback) async throws -> Visit {
    let session = try await app.finishLogin(callback).session
    guard let client = try await app.client(for: session.did) else {
      throw CommandError(reason: "the session is not stored")
    }
    let profile = try await client.appBsky.actor.getProfile(
      AppBsky.Actor.GetProfile.Parameters(actor: FormatString(session.did.string))
    )
    try await app.logOut(session.did)
    return Visit(did: session.did.string, scopes: session.scopes, profile: profile)
  }

  /// Resolves a handle of either PDS.
  func resolve(
    _ handle: FormatString<Handle>
  ) async throws -> ComAtproto.Identity.ResolveHandle.Output {
    for member in [NetworkPlan.Member.firstPDS, .secondPDS] {
      guard let host = hosts[member] else { continue }
      let found = try? await host.comAtproto.identity.resolveHandle(
        ComAtproto.Identity.ResolveHandle.Parameters(handle: handle)
      )
      if let found { return found }
    }
    throw ComAtproto.Identity.ResolveHandle.Failure.handleNotFound(
      message: "no account of this network has the handle \(handle)"
    )
  }
}

/// The identities of a network's accounts, as their PDSs describe them.
private struct NetworkIdentityDirectory: IdentityDirectory {
  private let directory: any IdentityDirectory

  init(hosts: [XRPCClient], other: any IdentityDirectory) {
    directory = hosts.reduce(other) { LocalIdentityDirectory(server: $1, other: $0) }
  }

  func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    try await directory.identity(of: did, resolvedFrom: handle)
  }

  func did(of handle: Handle) async throws(IdentityError) -> DID {
    try await directory.did(of: handle)
  }

  func purge(_ did: DID, handle: Handle?) async {
    await directory.purge(did, handle: handle)
  }
}
