import ATProtoAuth
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import OAuthClient
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// The example of the DocC page, so that it compiles.
@Suite struct DocumentationExampleTests {
  @Test func exampleMakesAnApp() throws {
    let app = try makeApp()
    #expect(app.registration.clientID == "https://garden.example.com/oauth-client-metadata.json")
  }
}

func makeApp() throws -> OAuthApp {
  // Servers that accounts name are not to be trusted: no calls to private addresses.
  let transport = GuardedTransport(policy: .publicOnly)
  let directory = BaseIdentityDirectory(
    plc: PLCDirectoryClient(url: PLCDirectoryClient.standardURL, transport: transport),
    handles: HandleResolver(transport: transport),
    transport: transport
  )
  let registration = try ClientRegistration(
    id: "https://garden.example.com/oauth-client-metadata.json",
    redirectURIs: ["https://garden.example.com/callback"],
    scope: "atproto repo:com.example.garden.note",
    display: .init(name: "Garden", uri: "https://garden.example.com")
  )
  return OAuthApp(
    registration,
    store: DirectoryTokenStore(path: "/var/lib/garden/sessions"),
    directory: directory,
    transport: transport
  ) { error in
    print("cannot store a session: \(error)")
  }
}

/// `POST /login`: send the browser to the URL, and bind the state to it with a cookie.
func logIn(_ app: OAuthApp, handle: String) async throws -> (url: String, cookie: String) {
  let login = try await app.startLogin(ATIdentifier(handle))
  return (login.url, login.state)
}

/// `GET /callback`: the browser is back.
func callback(_ app: OAuthApp, query: String, cookie: String) async throws -> DID {
  let callback = try AuthorizationCallback(query)
  guard callback.state == cookie else {
    throw OAuthClientError(.unknownLogin, "the login was started in another browser")
  }
  return try await app.finishLogin(callback).session.did
}

/// Any later request: nil if the account has to log in again.
func feed(_ app: OAuthApp, of did: DID) async throws -> String? {
  guard let client = try await app.client(for: did) else { return nil }
  let body = try await client.query(
    untyped: "com.atproto.repo.listRecords",
    [("repo", did.string), ("collection", "com.example.garden.note")]
  )
  return String(decoding: try await body.collect(), as: UTF8.self)
}
