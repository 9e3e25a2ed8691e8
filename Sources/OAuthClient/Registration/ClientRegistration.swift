public import ATProtoAuth
public import ATProtoHTTP
import ATProtoSyntax

/// How an app is known to authorization servers: its `client_id`, the metadata that it publishes there,
/// and its keys. There is no other registration (OAuth specification, "Clients").
public struct ClientRegistration: Sendable {
  /// The metadata, checked as servers do.
  public let metadata: OAuthClientMetadata
  /// The keys that authenticate the app, the newest first; empty for a public client.
  public let keys: [ClientKey]

  /// Creates a registration whose metadata document is published at the URL `id`.
  ///
  /// Apps on people's devices cannot keep a key secret: they are public clients of the type `native`,
  /// or `web` if they run in a browser. Servers are confidential clients, which keep sessions longer.
  ///
  /// - Parameters:
  ///   - id: the URL of ``metadataDocument``, an https URL with a path and without a port.
  ///   - redirectURIs: where browsers are sent after a login; the first one is the default.
  ///   - scope: everything that the app may ask for, separated by spaces, `atproto` among it.
  ///   - keys: the keys of a confidential client.
  ///   - keySetURL: the URL of ``keySetDocument``; nil to publish the keys in the metadata.
  ///   - display: what servers that trust the app show to people.
  ///   - allowsLoopback: whether `id` may be `http://127.0.0.1:PORT/path`, which servers accept in
  ///     development only.
  /// - Throws: ``OAuthClientError/Code/registration`` with the field that is wrong.
  public init(
    id: String,
    redirectURIs: [String],
    scope: String,
    applicationType: OAuthClientMetadata.ApplicationType = .web,
    keys: [ClientKey] = [],
    keySetURL: HTTPURL? = nil,
    display: OAuthClientMetadata.Display = OAuthClientMetadata.Display(),
    allowsLoopback: Bool = false
  ) throws(OAuthClientError) {
    var authentication = OAuthClientMetadata.Authentication.none
    if !keys.isEmpty {
      authentication =
        keySetURL.map { .keysAt($0, algorithm: .es256) }
        ?? .keys(JWKSet(keys.map(\.jwk)), algorithm: .es256)
    }
    guard Set(keys.map(\.id)).count == keys.count else {
      throw OAuthClientError(.registration, "two keys of the app have the same ID")
    }
    self.keys = keys
    do throws(OAuthError) {
      metadata = try OAuthClientMetadata(
        id: OAuthClientID(id, allowsLoopback: allowsLoopback),
        redirectURIs: redirectURIs,
        scope: OAuthScope(scope),
        applicationType: applicationType,
        authentication: authentication,
        display: display
      )
    } catch {
      throw OAuthClientError(.registration, error.reason)
    }
  }

  private init(_ metadata: OAuthClientMetadata) {
    self.metadata = metadata
    keys = []
  }

  /// Creates the registration of an app under development, or of a command line, which has no place to
  /// publish a document: the `client_id` contains it (OAuth specification, "Localhost Client
  /// Development"). It is a public client.
  ///
  /// - Parameters:
  ///   - redirectURIs: URLs on `127.0.0.1` or `[::1]`. Their ports do not matter.
  ///   - scope: everything that the app may ask for.
  public static func localhost(
    redirectURIs: [String],
    scope: String
  ) throws(OAuthClientError) -> ClientRegistration {
    var query = redirectURIs.map { ("redirect_uri", $0) }
    query.append(("scope", scope))
    var id = [UInt8]("http://localhost".utf8)
    for (index, (name, value)) in query.enumerated() {
      id += [UInt8]("\(index == 0 ? "?" : "&")\(name)=".utf8)
      PercentEncoding.append(value, to: &id)
    }
    return try localhost(String(decoding: id, as: UTF8.self))
  }

  /// Reads the registration back from the `client_id` of a stored session of such an app.
  public static func localhost(_ clientID: String) throws(OAuthClientError) -> ClientRegistration {
    do throws(OAuthError) {
      guard let metadata = try OAuthClientID(clientID).localhostMetadata else {
        throw OAuthError(.invalidClientMetadata, "\(clientID) is not a client ID on localhost")
      }
      return ClientRegistration(metadata)
    } catch {
      throw OAuthClientError(.registration, error.reason)
    }
  }

  /// The `client_id`.
  public var clientID: String { metadata.id.string }

  /// The document to publish at the `client_id`, with status 200 and ``documentContentType``.
  public var metadataDocument: [UInt8] { metadata.json }

  /// The public keys to publish at the key set URL, with status 200 and ``documentContentType``.
  public var keySetDocument: [UInt8] { [UInt8](JWKSet(keys.map(\.jwk)).json.utf8) }

  /// The content type of both documents.
  public static let documentContentType = "application/json"
}

extension ClientRegistration {
  /// The scope of a request: "must be a subset of the scopes declared in client metadata. Must include
  /// atproto" (OAuth specification, "Request Fields").
  func scope(requesting text: String?) throws(OAuthClientError) -> String {
    guard let text else { return metadata.scope.description }
    let scope: OAuthScope
    do throws(OAuthError) {
      scope = try OAuthScope(text)
    } catch {
      throw OAuthClientError(.registration, error.reason)
    }
    guard scope.hasATProto else {
      throw OAuthClientError(.registration, "the scope must contain atproto")
    }
    let declared = Set(metadata.scope.values)
    if let other = scope.values.first(where: { !declared.contains($0) }) {
      throw OAuthClientError(.registration, "the app does not declare the scope '\(other)'")
    }
    return scope.description
  }

  func redirectURI(requesting text: String?) throws(OAuthClientError) -> String {
    guard let text else { return metadata.redirectURIs[0] }
    guard metadata.accepts(redirectURI: text) else {
      throw OAuthClientError(.registration, "the app does not declare the redirect URI \(text)")
    }
    return text
  }
}
