package import ATProtoHTTP
package import ATProtoIdentity
package import ATProtoSyntax
import HTTPTypes
package import XRPC
package import XRPCServer

/// Proxies calls to other services on behalf of accounts (XRPC specification, "Service Proxying").
///
/// The caller decides which calls are proxied, and on whose behalf.
package struct ServiceProxy: Sendable {
  /// The DID of the service that proxies; it never calls itself.
  private let ownDID: DID
  /// Resolves the services that clients name. Tests can replace it.
  package var identities: any IdentityDirectory
  private let transports: Transports
  private let limits: ProxyLimits
  private let usesBareAudiences: Bool
  private let token: TokenSource

  /// Returns a signed service token of an account for an audience and a method.
  package typealias TokenSource =
    @Sendable (_ account: DID, _ audience: String, _ method: NSID) async throws -> String

  /// What a service token permits, if not the call that carries it.
  package struct TokenPurpose: Hashable, Sendable {
    var audience: String
    var method: NSID

    package init(audience: String, method: NSID) {
      self.audience = audience
      self.method = method
    }
  }

  /// The transports to other services.
  package struct Transports: Sendable {
    /// To services that the operator chose, which may have private IP addresses.
    let trusted: any HTTPTransport
    /// To services that clients name.
    let guarded: any HTTPTransport
    /// Whether ``guarded`` may use plain HTTP, for development.
    let allowsPlainHTTP: Bool

    package init(
      trusted: any HTTPTransport,
      guarded: any HTTPTransport,
      allowsPlainHTTP: Bool = false
    ) {
      self.trusted = trusted
      self.guarded = guarded
      self.allowsPlainHTTP = allowsPlainHTTP
    }
  }

  /// - Parameters:
  ///   - usesBareAudiences: whether the audience of tokens is the bare DID of a service, without
  ///     its fragment.
  package init(
    of ownDID: DID,
    identities: any IdentityDirectory,
    transports: Transports,
    limits: ProxyLimits = ProxyLimits(),
    usesBareAudiences: Bool,
    token: @escaping TokenSource
  ) {
    self.ownDID = ownDID
    self.identities = identities
    self.transports = transports
    self.limits = limits
    self.usesBareAudiences = usesBareAudiences
    self.token = token
  }

  /// Calls `destination`, and returns its response.
  ///
  /// - Parameters:
  ///   - account: the account on whose behalf the call is made; nil for a call without a token.
  ///   - purpose: what the token permits; nil for this method at the destination.
  package func forward(
    _ request: XRPCUntypedRequest,
    to destination: ProxyDestination,
    as account: DID?,
    for purpose: TokenPurpose? = nil
  ) async throws -> RouteResponse {
    let url = try await url(of: destination)
    var outgoing = try outgoingRequest(request, at: url)
    if let account {
      let purpose = try purpose ?? usualPurpose(request, destination.service)
      let token = try await token(account, purpose.audience, purpose.method)
      outgoing.headerFields[.authorization] = "Bearer \(token)"
    }
    let body = Self.body(of: request)
    let response: HTTPTransportStream
    do throws(TransportError) {
      response = try await transport(for: destination).stream(
        outgoing,
        body: body,
        options: TransportOptions(
          timeout: body == nil ? limits.headTimeout : limits.uploadTimeout,
          idleTimeout: limits.bodyTimeout,
          maximumResponseBytes: limits.maximumResponseBytes
        )
      )
    } catch {
      return try UpstreamResponse.answer(error, limits)
    }
    return try await UpstreamResponse(response, limits).answer()
  }

  private func usualPurpose(
    _ request: XRPCUntypedRequest,
    _ service: ServiceReference
  ) throws(SyntaxError) -> TokenPurpose {
    TokenPurpose(
      audience: usesBareAudiences ? service.did.string : service.description,
      method: try NSID(request.context.nsid)
    )
  }

  private func transport(for destination: ProxyDestination) -> any HTTPTransport {
    switch destination {
    case .named: transports.guarded
    case .configured: transports.trusted
    }
  }

  /// "The PDS resolves the service DID, extracts a service endpoint URL from the DID document".
  private func url(of destination: ProxyDestination) async throws -> HTTPURL {
    let service: ServiceReference
    switch destination {
    case .configured(_, let url): return url
    case .named(let named): service = named
    }
    guard service.did != ownDID else {
      throw XRPCServerError.invalidRequest("\(service) is this server itself")
    }
    let document: DIDDocument
    do throws(IdentityError) {
      document = try await identities.identity(of: service.did).document
    } catch {
      if error.isTransient {
        throw XRPCServerError.upstreamFailure("cannot resolve \(service.did)")
      }
      throw XRPCServerError.invalidRequest("\(service.did) does not have a valid DID document")
    }
    let entry = document.services.first { $0.id == service.fragment }
    guard let url = entry.flatMap({ HTTPURL($0.endpoint) }), url.target == "/" else {
      throw XRPCServerError.invalidRequest(
        "\(service.did) does not have a service #\(service.fragment)"
      )
    }
    // "Only HTTPS should be used over the open internet."
    guard url.scheme == "https" || transports.allowsPlainHTTP else {
      throw XRPCServerError.invalidRequest("\(service) does not use HTTPS")
    }
    return url
  }

  private func outgoingRequest(
    _ request: XRPCUntypedRequest,
    at url: HTTPURL
  ) throws(XRPCServerError) -> HTTPRequest {
    guard request.query.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }) else {
      throw .invalidRequest("the query is not percent-encoded")
    }
    let nsid = request.context.nsid
    return HTTPRequest(
      method: request.verb,
      scheme: url.scheme,
      authority: url.authority,
      path: "/xrpc/\(nsid)" + (request.query.isEmpty ? "" : "?\(request.query)"),
      headerFields: ProxiedFields.ofRequest(request)
    )
  }

  /// RFC 9112, 6.3: a request without `Content-Length` and `Transfer-Encoding` has no body.
  private static func body(of request: XRPCUntypedRequest) -> BodyContent? {
    switch request.body.length {
    case 0: nil
    case nil where request.context.headers[.transferEncoding] == nil: nil
    default: request.body
    }
  }
}
