import ATProtoAuth
import ATProtoCrypto
public import ATProtoHTTP
public import ATProtoIdentity
import ATProtoSyntax
public import XRPCClient

/// An app that people log in to with their accounts: in the terms of OAuth, the client.
///
/// ``startLogin(_:options:)`` returns the page to open in a browser, ``finishLogin(_:)`` takes what the
/// browser brings back, and ``client(for:)`` calls as the account. A value can be shared, and created
/// anew for each use: everything that must not be lost is in the store.
public struct OAuthApp: Sendable {
  /// Called when renewed tokens cannot be stored. Calls still work, but a later process has to log in.
  public typealias StoreFailure = @Sendable (SessionStoreError) async -> Void

  /// How the app is known to authorization servers.
  public let registration: ClientRegistration
  /// Where sessions and logins are kept.
  public let store: any OAuthTokenStore
  let directory: any IdentityDirectory
  let transport: any HTTPTransport
  let discovery: ServerDiscovery
  let nonces: DPoPNonceCache
  let allowsHTTP: Bool
  let onStoreFailure: StoreFailure
  /// The current time, in seconds since 1970.
  var now: @Sendable () -> Int = { Int(Datetime.Instant.now.seconds) }

  /// Creates an app.
  ///
  /// - Parameters:
  ///   - directory: resolves accounts. If it caches, "cache lifetimes of less than 10 minutes are
  ///     recommended for auth flows" (OAuth specification, "Identity Authentication").
  ///   - transport: calls servers that accounts name, which are not to be trusted; use a
  ///     `GuardedTransport`, which refuses private addresses.
  ///   - allowsHTTP: whether servers may use plain HTTP, for development only.
  public init(
    _ registration: ClientRegistration,
    store: some OAuthTokenStore,
    directory: some IdentityDirectory,
    transport: some HTTPTransport,
    allowsHTTP: Bool = false,
    onStoreFailure: @escaping StoreFailure
  ) {
    self.registration = registration
    self.store = store
    self.directory = directory
    self.transport = transport
    self.allowsHTTP = allowsHTTP
    self.onStoreFailure = onStoreFailure
    discovery = ServerDiscovery(transport: transport, allowsHTTP: allowsHTTP)
    nonces = DPoPNonceCache()
  }

  /// Requests to an authorization server with the keys of a login or a session.
  ///
  /// - Throws: ``OAuthClientError/Code/registration`` if the app no longer has the key.
  func requests(
    to server: AuthorizationServer,
    clientID: String,
    keyID: String?,
    dpopKey: PrivateKey
  ) throws(OAuthClientError) -> ServerRequests {
    var key: ClientKey?
    if let keyID {
      guard let found = registration.keys.first(where: { $0.id == keyID }) else {
        throw OAuthClientError(.registration, "the app does not have its key '\(keyID)' any more")
      }
      key = found
    }
    return ServerRequests(
      server: server,
      client: ClientCredentials(clientID: clientID, key: key),
      proofs: ProofMaker(dpopKey, nonces),
      transport: transport
    )
  }

  /// The URL of the PDS of an identity.
  func pds(of identity: Identity) throws(OAuthClientError) -> HTTPURL {
    let url: HTTPURL
    do throws(IdentityError) {
      url = try identity.document.pds
    } catch {
      throw OAuthClientError(error)
    }
    guard url.scheme == "https" || allowsHTTP else {
      throw OAuthClientError(.identity, "the PDS of \(identity.did) must use https: \(url)")
    }
    return url
  }
}
