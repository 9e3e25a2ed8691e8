import ATProtoAuth
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import ServiceKit
import XRPC
import XRPCAsyncHTTPClient
import XRPCServer

/// Proxies the calls that ``ProxyPolicy`` permits.
///
/// Recent writes of an account are not mixed into the responses of app views: "read after write" is
/// a feature of the reference implementation for one app, not of the protocol.
struct ProxyHandler: Sendable {
  let configuration: PDSConfiguration
  /// The DID of this server.
  let did: DID
  let sessions: Sessions
  private let feeds: FeedGenerators
  /// Tests can replace it.
  var proxy: ServiceProxy

  /// Throws ``ServiceError/Code/configuration`` if the hostname is not valid.
  init(
    _ configuration: PDSConfiguration,
    _ network: PDSNetwork,
    _ sessions: Sessions,
    _ serviceTokens: ServiceTokens
  ) throws {
    self.configuration = configuration
    self.sessions = sessions
    feeds = FeedGenerators(configuration.appView, AsyncHTTPClientTransport.shared)
    did = try configuration.serverDID()
    proxy = ServiceProxy(
      of: did,
      identities: network.directory,
      transports: ServiceProxy.Transports(
        trusted: AsyncHTTPClientTransport.shared,
        guarded: network.guarded,
        allowsPlainHTTP: configuration.allowsPrivateAddresses
      ),
      limits: configuration.proxyLimits,
      usesBareAudiences: configuration.usesBareAudiences,
      token: { account, audience, method in
        try await serviceTokens.sign(
          ServiceToken(issuer: account, audience: audience, method: method),
          for: account
        )
      }
    )
  }

  var proxyHandler: XRPCProxyHandler {
    XRPCProxyHandler(
      maximumInputBytes: configuration.proxyLimits.maximumRequestBytes,
      overrides: { [configuration] nsid, fields in
        ProxyPolicy.overrides(nsid, fields, configuration)
      },
      respond: respond
    )
  }

  private func respond(to request: XRPCUntypedRequest) async throws -> RouteResponse {
    let context = request.context
    // A record of a repository on another server is public, so the call is sent without a token,
    // and only to the operator's app view: clients without a session must not be able to make this
    // server call any other service.
    if context.nsid == ComAtproto.Repo.GetRecord.nsid {
      let appView = try ProxyPolicy.destination(of: context.nsid, header: nil, configuration)
      return try await proxy.forward(request, to: appView, as: nil)
    }
    let destination = try ProxyPolicy.destination(
      of: context.nsid,
      header: context.headers[.atprotoProxy],
      configuration
    )
    let (request, needs) = try await needs(of: request, at: destination.service)
    // Clients without a session cannot make this server resolve or call anything.
    let caller = try await context.authenticated(
      by: sessions.access(ProxyPolicy.access(to: context.nsid), needs: needs)
    )
    return try await proxy.forward(
      request,
      to: destination,
      as: caller.did,
      for: try await tokenPurpose(request)
    )
  }

  /// For `getFeed`: a token with which the app view calls the feed generator.
  private func tokenPurpose(
    _ request: XRPCUntypedRequest
  ) async throws -> ServiceProxy.TokenPurpose? {
    guard request.context.nsid == AppBsky.Feed.GetFeed.nsid,
      let generator = await feeds.generator(ofQuery: request.query)
    else { return nil }
    return ServiceProxy.TokenPurpose(
      audience: generator.string,
      method: try NSID(AppBsky.Feed.GetFeedSkeleton.nsid)
    )
  }

  /// The permissions that the call needs, and the call itself, whose body may have been read.
  private func needs(
    of request: XRPCUntypedRequest,
    at service: ServiceReference
  ) async throws -> (XRPCUntypedRequest, AccountAuthentication.Needs) {
    let nsid = request.context.nsid
    guard ProxyNeeds.namesService(nsid), case .dpop = request.context.authorization else {
      return (request, { try ProxyNeeds.needs(of: nsid, at: service) })
    }
    let maximum = ProxyNeeds.maximumInputBytes
    let input: [UInt8]
    do {
      input = try await request.body.stream.collect(upTo: maximum)
    } catch let error as ByteStreamError where error.code == .tooLong {
      throw XRPCServerError.payloadTooLarge(maximum: maximum)
    }
    return (
      request.with(body: input), { try ProxyNeeds.needs(of: nsid, at: service, input: input) }
    )
  }
}
