import ATProtoHTTP
import HTTPTypes
import Synchronization
import XRPC

/// Finds the authorization server of a PDS through the documents that both publish.
final class ServerDiscovery: Sendable {
  private let transport: any HTTPTransport
  private let allowsHTTP: Bool
  private let known = Mutex<
    [String: (server: AuthorizationServer, until: ContinuousClock.Instant)]
  >(
    [:]
  )

  private static let lifetime = Duration.seconds(300)
  private static let capacity = 100
  private static let protectedResourcePath = "/.well-known/oauth-protected-resource"

  /// - Parameters:
  ///   - transport: decides which hosts may be called; see `GuardedTransport`.
  ///   - allowsHTTP: whether servers may use plain HTTP, for development.
  init(transport: any HTTPTransport, allowsHTTP: Bool) {
    self.transport = transport
    self.allowsHTTP = allowsHTTP
  }

  /// The authorization server that a PDS names (RFC 9728).
  func server(ofPDS pds: HTTPURL) async throws(OAuthClientError) -> AuthorizationServer {
    try await server(at: issuer(ofPDS: pds))
  }

  /// The authorization server of a host that a person named: "the client will first attempt to fetch
  /// Resource Server metadata (and resolve to Authorization Server if found) and then attempt to fetch
  /// Authorization Server metadata" (OAuth specification, "Identity Authentication").
  func server(ofHost host: HTTPURL) async throws(OAuthClientError) -> AuthorizationServer {
    let issuer: HTTPURL
    do throws(OAuthClientError) {
      issuer = try await self.issuer(ofPDS: host)
    } catch {
      // Of an entryway, which is no resource server, only the second document exists.
      guard error.code == .metadata, let server = try? await server(at: host) else { throw error }
      return server
    }
    return try await server(at: issuer)
  }

  /// The authorization server at an origin, from memory if its document was fetched within the last
  /// five minutes.
  func server(at issuer: HTTPURL) async throws(OAuthClientError) -> AuthorizationServer {
    let now = ContinuousClock.now
    if let entry = known.withLock({ $0[issuer.origin] }), entry.until > now { return entry.server }
    let document = try await document(issuer, AuthorizationServer.path)
    let server = try AuthorizationServer(document, allowsHTTP: allowsHTTP)
    known.withLock { known in
      if known.count >= Self.capacity { known = known.filter { $0.value.until > now } }
      if known.count >= Self.capacity { known = [:] }
      known[issuer.origin] = (server, now + Self.lifetime)
    }
    return server
  }

  /// The origin of the authorization server that a PDS names: "a simple origin URL: https scheme, no
  /// credentials, no path, no query string or fragment".
  private func issuer(ofPDS pds: HTTPURL) async throws(OAuthClientError) -> HTTPURL {
    let name = "authorization_servers"
    let document = try await document(pds, Self.protectedResourcePath)
    // RFC 9728, 3.3: "If these values are not identical, the data contained in the response MUST NOT
    // be used." The specification of the protocol does not require the member.
    if document.contains("resource") {
      let resource = try document.text("resource")
      guard resource == pds.origin || resource == pds.origin + "/" else {
        throw OAuthClientError(
          .issuer,
          "\(document.url) describes another resource: \(excerpt(resource))"
        )
      }
    }
    let servers = try document.texts(name)
    guard servers.count == 1, let issuer = HTTPURL(servers[0]), issuer.origin == servers[0],
      issuer.scheme == "https" || allowsHTTP
    else { throw document.invalid(name, "an array of one https origin") }
    return issuer
  }

  /// Fetches a document: "response must be an HTTP 200 (not 2xx or redirect), and must be a valid JSON
  /// object with content type application/json".
  private func document(
    _ server: HTTPURL,
    _ path: String
  ) async throws(OAuthClientError) -> MetadataDocument {
    guard let url = server.at(path), url.scheme == "https" || allowsHTTP else {
      throw OAuthClientError(.metadata, "\(server) must use https")
    }
    let response: HTTPTransportResponse
    do throws(TransportError) {
      response = try await transport.send(
        url.request(.get, [.accept: "application/json"]),
        body: nil,
        options: TransportOptions(
          timeout: .seconds(20),
          maximumResponseBytes: MetadataDocument.maximumBytes
        )
      )
    } catch {
      guard error.code == .responseTooLarge else { throw OAuthClientError(error, url) }
      throw OAuthClientError(
        .metadata,
        "\(url) is longer than \(MetadataDocument.maximumBytes) bytes"
      )
    }
    let status = response.head.status
    guard status == .ok else {
      throw OAuthClientError(
        status.kind == .serverError ? .unreachable : .metadata,
        "cannot fetch \(url): the server answered \(status.code)"
      )
    }
    guard MediaType.isJSON(response.head.headerFields[.contentType] ?? "") else {
      throw OAuthClientError(.metadata, "the content type of \(url) is not application/json")
    }
    return try MetadataDocument(json: response.body, from: url)
  }
}
