import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCAsyncHTTPClient
import XRPCServer

/// Passes calls on to other services in the name of accounts (XRPC specification, "Service
/// Proxying").
///
/// What an account wrote a moment ago is not mixed into the answers of app views: "read after
/// write" is a service of the reference implementation for one app, not of the protocol.
struct ServiceProxy: Sendable {
  let core: PDSCore

  var proxyHandler: XRPCProxyHandler {
    XRPCProxyHandler(
      maximumInputBytes: limits.maximumRequestBytes,
      overrides: overrides,
      respond: respond
    )
  }

  private var limits: ProxyLimits { core.configuration.proxyLimits }

  /// Preferences are kept here for the one app view that is configured; other services keep their
  /// own.
  private func overrides(_ nsid: String, _ fields: HTTPFields) -> Bool {
    switch nsid {
    case AppBsky.Actor.GetPreferences.nsid, AppBsky.Actor.PutPreferences.nsid:
      guard let header = fields[.atprotoProxy] else { return false }
      let own = core.configuration.appView.map {
        ServiceReference(did: $0.did, fragment: ProxyDestination.appViewFragment)
      }
      return ServiceReference(header) != own || own == nil
    default: return false
    }
  }

  private func respond(to request: XRPCUntypedRequest) async throws -> RouteResponse {
    let context = request.context
    // A record of a repository that is elsewhere: for everybody to read, so nobody's token goes
    // along, and from the operator's app view alone, so that strangers make this server call
    // nobody else.
    if context.nsid == ComAtproto.Repo.GetRecord.nsid {
      let appView = try ProxyDestination(of: context.nsid, header: nil, core.configuration)
      return try await forward(request, to: appView, as: nil)
    }
    let destination = try ProxyDestination(
      of: context.nsid,
      header: context.headers[.atprotoProxy],
      core.configuration
    )
    // Strangers cannot make this server look up or call anything.
    let caller = try await core.authorize(context, Self.rule(for: context.nsid))
    return try await forward(request, to: destination, as: caller)
  }

  private func forward(
    _ request: XRPCUntypedRequest,
    to destination: ProxyDestination,
    as caller: Caller?
  ) async throws -> RouteResponse {
    let url = try await address(of: destination)
    var outgoing = try outgoingRequest(request, at: url)
    if let caller {
      let token = try await token(for: destination.service, request.context.nsid, caller)
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

  /// "The request must be from an authenticated user with an active account". Reports are how the
  /// owner of an account that was taken down appeals, as in the reference implementation.
  private static func rule(for nsid: String) -> AccessPolicy {
    if nsid == ComAtproto.Moderation.CreateReport.nsid { return .anySession.orTakendown }
    return ProxyPolicy.isPrivileged(nsid)
      ? .privileged.ofActiveAccount : .anySession.ofActiveAccount
  }

  /// Addresses that operators chose may be private; those of strangers are checked.
  private func transport(for destination: ProxyDestination) -> any HTTPTransport {
    switch destination {
    case .named: core.http
    case .configured: AsyncHTTPClientTransport.shared
    }
  }

  /// "The PDS resolves the service DID, extracts a service endpoint URL from the DID document".
  private func address(of destination: ProxyDestination) async throws -> HTTPURL {
    let service: ServiceReference
    switch destination {
    case .configured(_, let url): return url
    case .named(let named): service = named
    }
    guard service.did != core.serverDID else {
      throw XRPCServerError.invalidRequest("\(service) is this server itself")
    }
    let document: DIDDocument
    do throws(IdentityError) {
      document = try await core.identities.identity(of: service.did).document
    } catch {
      if error.isTransient {
        throw XRPCServerError.upstreamFailure("\(service.did) could not be looked up")
      }
      throw XRPCServerError.invalidRequest("\(service.did) has no DID document that can be used")
    }
    let entry = document.services.first { $0.id == service.fragment }
    guard let url = entry.flatMap({ HTTPURL($0.endpoint) }), url.target == "/" else {
      throw XRPCServerError.invalidRequest("\(service.did) has no service #\(service.fragment)")
    }
    // "Only HTTPS should be used over the open internet."
    guard url.scheme == "https" || core.configuration.allowsPrivateAddresses else {
      throw XRPCServerError.invalidRequest("\(service) is not served over HTTPS")
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

  private func token(
    for service: ServiceReference,
    _ nsid: String,
    _ caller: Caller
  ) async throws -> String {
    let token = ServiceToken(
      issuer: caller.account.did,
      audience: core.configuration.usesBareAudiences ? service.did.string : service.description,
      method: try NSID(nsid)
    )
    let key = try await core.store.read { transaction in
      try transaction.accounts.signingKey(of: caller.account.did)
    }
    return token.signed(with: key)
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
