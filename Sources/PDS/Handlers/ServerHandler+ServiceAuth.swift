import ATProtoAuth
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

extension ServerHandler {
  /// A token with which a client can call another service on behalf of the account (XRPC
  /// specification, "Inter-Service Authentication"); with the same limits as the reference
  /// implementation.
  func getServiceAuth(
    _ request: XRPCRequest<ComAtproto.Server.GetServiceAuth>
  ) async throws -> ComAtproto.Server.GetServiceAuth.Output {
    let parameters = request.parameters
    // What is wrong with the parameters is reported to those who may know.
    let need = Result { try Self.need(parameters) }
    let caller = try await request.context.authenticated(
      by: sessions.access(.anySession.orTakendown) { [try need.get()] }
    )
    let method = try parameters.lxm.map { try $0.parsed() }
    if let method, ProxyPolicy.isProtected(method.string) {
      throw XRPCServerError.invalidRequest(
        "cannot issue a token for \(method): call it on this server"
      )
    }
    try Self.check(caller, method, try need.get())
    let lifetime = try Self.lifetime(until: parameters.exp, isForAnyMethod: method == nil)
    let token = ServiceToken(
      issuer: caller.did,
      audience: try Self.audience(parameters.aud),
      method: method,
      lifetime: lifetime
    )
    return ComAtproto.Server.GetServiceAuth.Output(
      token: try await serviceTokens.sign(token, for: caller.did)
    )
  }

  /// The permission to call the method at the audience, or, without a method, to call any there. A bare
  /// DID is another audience than a service of it.
  private static func need(
    _ parameters: ComAtproto.Server.GetServiceAuth.Parameters
  ) throws -> PermissionNeed {
    .rpc(
      method: try parameters.lxm.map { try $0.parsed().normalized.string },
      audience: try audience(parameters.aud)
    )
  }

  /// An account that has been taken down may only migrate. Methods that require a privileged app
  /// password on this server require it for a token, too.
  private static func check(
    _ caller: AuthenticatedAccount,
    _ method: NSID?,
    _ need: PermissionNeed
  ) throws {
    if caller.account.status.isWithheld {
      guard method?.string == ProxyPolicy.migration else { throw XRPCServerError.badScope }
      return
    }
    guard let method else { return }
    if ProxyPolicy.isAdministrative(method.string), !caller.hasFullAccess {
      throw XRPCServerError.invalidRequest(
        "a token for \(method) requires a session that was opened with the account's password"
      )
    }
    guard ProxyPolicy.isPrivileged(method.string) else { return }
    switch caller.authority {
    case .password(let scope):
      guard AccessPolicy.privileged.allows(scope) else {
        throw XRPCServerError.invalidRequest(
          "a token for \(method) requires a privileged app password"
        )
      }
    case .oauth(let scope):
      // OAuth specification, "Transitional scopes": with `transition:generic`, "no account management
      // actions: [...] migrate account". So the permission must be granted by name.
      let named = scope.filter { !$0.hasPrefix("transition:") }
      guard named.allows(need) || !ProxyPolicy.isMigration(method.string) else {
        throw XRPCServerError.scopeMissing(need)
      }
    }
  }

  /// A DID or one of its services: "use of bare DIDs (with no service type) is used by some legacy
  /// software".
  private static func audience(_ text: String) throws -> String {
    let did = ServiceReference(text)?.did ?? (try? DID(text))
    guard let did, did.method == "plc" || did.method == "web" else {
      throw XRPCServerError.invalidRequest("aud must be a did:plc or did:web, or a service of one")
    }
    return text
  }

  /// Seconds from now to `expiry`, in seconds since 1970: at most an hour, or a minute for a token
  /// that is not bound to a method.
  private static func lifetime(until expiry: Int?, isForAnyMethod: Bool) throws -> Int {
    typealias Failure = ComAtproto.Server.GetServiceAuth.Failure
    guard let expiry else { return ServiceToken.usualLifetime }
    let now = currentSeconds()
    guard expiry > now else { throw Failure.badExpiration(message: "exp must be in the future") }
    guard expiry <= now + 3600 else {
      throw Failure.badExpiration(message: "exp must be at most an hour from now")
    }
    guard !isForAnyMethod || expiry <= now + 60 else {
      throw Failure.badExpiration(
        message: "exp must be at most a minute from now if lxm is absent"
      )
    }
    return expiry - now
  }
}
