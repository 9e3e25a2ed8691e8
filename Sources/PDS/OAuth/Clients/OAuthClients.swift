import ATProtoAuth
import ATProtoHTTP
import ATProtoSyntax
import XRPC
import XRPCServer

/// A client with its checked metadata.
struct RegisteredClient: Sendable {
  var metadata: OAuthClientMetadata
  /// Whether its name and logo may be shown: "it is strongly recommended for Authorization Servers to
  /// not display these fields to end users during the auth flow for unknown clients".
  var isTrusted: Bool

  /// The `client_id`.
  var id: String { metadata.id.string }
  /// Whether the client runs on the developer's machine.
  var isDevelopment: Bool { metadata.id.isDevelopment }
  /// Whether an account that agreed to a scope before need not be asked again. A public client that
  /// is not trusted may be someone else under its `client_id`.
  var allowsSilentApproval: Bool { metadata.isConfidential || isTrusted }
}

/// The clients of the authorization server: documents on the web (OAuth specification, "Client ID
/// Metadata Document").
struct OAuthClients: Sendable {
  private let documents: RemoteDocuments
  private let trusted: Set<String>
  private let allowsLoopback: Bool
  /// Fetches past the cache because of a key that the client does not publish.
  private let refetches: RateLimiter?

  init(_ network: PDSNetwork, _ configuration: PDSConfiguration) {
    allowsLoopback = configuration.allowsPrivateAddresses
    trusted = configuration.oauth.trustedClients
    documents = RemoteDocuments(network.guarded, isLimited: !allowsLoopback)
    refetches = allowsLoopback ? nil : RateLimiter([.perMinutes(1, 10)], capacity: 10_000)
  }

  /// Whether the operator trusts the client with a `client_id`.
  func isTrusted(_ id: String) -> Bool { trusted.contains(id) }

  /// The client with a `client_id`.
  ///
  /// Throws `invalid_client_metadata` with the reason, or `temporarily_unavailable`.
  ///
  /// - Parameter isFresh: Whether to bypass the cache.
  func client(
    _ id: String,
    isFresh: Bool = false
  ) async throws(OAuthError) -> RegisteredClient {
    let id = try OAuthClientID(id, allowsLoopback: allowsLoopback)
    let metadata: OAuthClientMetadata
    switch id.kind {
    case .document(let url):
      metadata = try await documents.document(at: url, isFresh: isFresh) {
        json throws(OAuthError) in
        try OAuthClientMetadata(json: json, id: id)
      }
    case .localhost:
      guard let localhost = id.localhostMetadata else {
        throw OAuthError(.invalidClientMetadata, "client_id http://localhost: it is not valid")
      }
      metadata = localhost
    }
    return RegisteredClient(metadata: metadata, isTrusted: isTrusted(id.string))
  }

  /// The published keys of a client, with one of a name if it publishes one: keys that are missing
  /// from the cache may be new.
  func keys(of client: RegisteredClient, including keyID: String) async throws(OAuthError) -> JWKSet
  {
    let keys = try await keys(of: client)
    if !keys.keys(named: keyID).isEmpty { return keys }
    if let refetches, refetches.consume(by: client.id).isExceeded { return keys }
    switch client.metadata.authentication {
    case .none: return keys
    case .keys: return try await self.keys(of: self.client(client.id, isFresh: true))
    case .keysAt: return try await self.keys(of: client, isFresh: true)
    }
  }

  /// The published keys of a client.
  func keys(
    of client: RegisteredClient,
    isFresh: Bool = false
  ) async throws(OAuthError) -> JWKSet {
    switch client.metadata.authentication {
    case .none: JWKSet([])
    case .keys(let keys, _): keys
    case .keysAt(let url, _):
      try await documents.document(
        at: url,
        types: ["application/json", "application/jwk-set+json"],
        isFresh: isFresh
      ) { json throws(OAuthError) in
        do {
          return try JWKSet(json: json)
        } catch {
          throw OAuthError(.invalidClientMetadata, "jwks_uri of the client metadata: \(error)")
        }
      }
    }
  }
}
