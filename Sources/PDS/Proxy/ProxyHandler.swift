import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCAsyncHTTPClient
import XRPCServer

/// Proxies the calls that ``ProxyPolicy`` permits.
///
/// Recent writes of an account are not mixed into the responses of app views: "read after write" is
/// a feature of the reference implementation for one app, not of the protocol.
struct ProxyHandler: Sendable {
  let core: PDSCore

  var proxyHandler: XRPCProxyHandler {
    XRPCProxyHandler(
      maximumInputBytes: core.configuration.proxyLimits.maximumRequestBytes,
      overrides: { [configuration = core.configuration] nsid, fields in
        ProxyPolicy.overrides(nsid, fields, configuration)
      },
      respond: respond
    )
  }

  private var proxy: ServiceProxy {
    ServiceProxy(
      of: core.serverDID,
      identities: core.identities,
      transports: ServiceProxy.Transports(
        trusted: AsyncHTTPClientTransport.shared,
        guarded: core.http,
        allowsPlainHTTP: core.configuration.allowsPrivateAddresses
      ),
      limits: core.configuration.proxyLimits,
      usesBareAudiences: core.configuration.usesBareAudiences,
      token: { [store = core.store] account, audience, method in
        let key = try await store.read { transaction in
          try transaction.accounts.signingKey(of: account)
        }
        return ServiceToken(issuer: account, audience: audience, method: method).signed(with: key)
      }
    )
  }

  private func respond(to request: XRPCUntypedRequest) async throws -> XRPCServerResponse {
    let context = request.context
    // A record of a repository on another server is public, so the call carries no token, and it
    // goes to the operator's app view only: clients without a session must not be able to make this
    // server call any other service.
    if context.nsid == ComAtproto.Repo.GetRecord.nsid {
      let appView = try ProxyPolicy.destination(
        of: context.nsid,
        header: nil,
        core.configuration
      )
      return try await proxy.forward(request, to: appView, as: nil)
    }
    let destination = try ProxyPolicy.destination(
      of: context.nsid,
      header: context.headers[.atprotoProxy],
      core.configuration
    )
    // Clients without a session cannot make this server resolve or call anything.
    let caller = try await core.authorize(context, ProxyPolicy.access(to: context.nsid))
    return try await proxy.forward(request, to: destination, as: caller.account.did)
  }
}
