import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import OAuthClient
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

extension Scenario {
  private static let step = "authorize an app"
  private static let scope = "atproto repo:\(collection)?action=create"

  /// An app logs in through the browser of the account owner and never sees the password. It may
  /// create posts and nothing else, until the owner's session with it ends. Returns the post that it
  /// has written.
  mutating func authorizeApp(
    _ did: FormatString<DID>
  ) async throws -> ComAtproto.Repo.StrongRef {
    let app = try makeApp()
    let login = try await app.startLogin(try FormatString<ATIdentifier>(Self.handle).parsed())
    let callback = try await decide(login)
    let session = try await app.finishLogin(AuthorizationCallback(callback)).session
    try expect(session.did.string, did.string, Self.step)
    try expect(
      Set(session.scopes),
      Set(Self.scope.split(separator: " ").map(String.init)),
      Self.step
    )
    report.step(Self.step, "scope \(session.scopes.joined(separator: " "))")

    guard let client = try await app.client(for: session.did) else {
      throw ScenarioFailure(step: Self.step, reason: "the session is not stored")
    }
    let post = AppBsky.Feed.Post(text: "Written by an app", createdAt: FormatString(Datetime.now))
    let output = try await Self.create(post, did, client)
    try await refused("ScopeMissingError") {
      _ = try await client.comAtproto.repo.deleteRecord(
        ComAtproto.Repo.DeleteRecord.Input(
          repo: FormatString(did.string),
          collection: FormatString(Self.collection),
          rkey: FormatString(output.uri.string.split(separator: "/").last.map(String.init) ?? "")
        )
      )
    }
    report.step("write as the app", "created a post; deleting it is refused")

    try await app.logOut(session.did)
    try await refused(nil) { _ = try await Self.create(post, did, client) }
    report.step("revoke the app", "its token is refused at once")
    return ComAtproto.Repo.StrongRef(uri: output.uri, cid: output.cid)
  }

  private func makeApp() throws -> OAuthApp {
    let transport = AsyncHTTPClientTransport.shared
    let directory = BaseIdentityDirectory(
      plc: plc,
      handles: HandleResolver(transport: transport),
      transport: transport
    )
    let registration = try ClientRegistration.localhost(
      redirectURIs: ["http://127.0.0.1/callback"],
      scope: Self.scope
    )
    return OAuthApp(
      registration,
      store: MemoryTokenStore(),
      directory: LocalIdentityDirectory(server: anonymous, other: directory),
      transport: transport,
      allowsHTTP: true
    ) { _ in }
  }

  /// The owner signs in and agrees. Returns the URL to which the browser is sent.
  private func decide(_ login: StartedLogin) async throws -> String {
    guard let url = HTTPURL(login.url) else {
      throw ScenarioFailure(step: Self.step, reason: "\(login.url) is not a valid URL")
    }
    var browser = OwnerBrowser(url)
    try await browser.open()
    _ = try await browser.press(
      "Sign in",
      ["identifier": Self.handle, "password": password]
    )
    guard case .elsewhere(let callback) = try await browser.press("Authorize") else {
      throw ScenarioFailure(step: Self.step, reason: "the browser is not sent to the app")
    }
    return callback
  }

  private static func create(
    _ post: AppBsky.Feed.Post,
    _ did: FormatString<DID>,
    _ client: XRPCClient
  ) async throws -> ComAtproto.Repo.CreateRecord.Output {
    try await client.comAtproto.repo.createRecord(
      ComAtproto.Repo.CreateRecord.Input(
        repo: FormatString(did.string),
        collection: FormatString(collection),
        record: post.dataValue
      )
    )
  }

  /// - Parameter name: the name of the error; nil for any.
  private func refused(_ name: String?, _ call: () async throws -> Void) async throws {
    do {
      try await call()
    } catch {
      guard let name else { return }
      try expect("\(error)".contains(name), true, "\(Self.step): \(error)")
      return
    }
    throw ScenarioFailure(step: Self.step, reason: "the call of the app is not refused")
  }
}
