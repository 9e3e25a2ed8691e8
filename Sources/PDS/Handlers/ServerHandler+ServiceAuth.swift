import ATProtoAuth
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension ServerHandler {
  /// A token by which a client calls another service itself in the account's name (XRPC
  /// specification, "Inter-Service Authentication"); limits as in the reference implementation.
  func getServiceAuth(
    _ request: XRPCRequest<ComAtproto.Server.GetServiceAuth>
  ) async throws -> ComAtproto.Server.GetServiceAuth.Output {
    let caller = try await core.authorize(request.context, .anySession.orTakendown)
    let account = caller.account
    let parameters = request.parameters
    let method = try parameters.lxm.map { try $0.parsed() }
    if let method, ProxyPolicy.isProtected(method.string) {
      throw XRPCServerError.invalidRequest("no token is made out for \(method)")
    }
    try Self.check(caller, method)
    let lifetime = try Self.lifetime(until: parameters.exp, isForAnyMethod: method == nil)
    let token = ServiceToken(
      issuer: account.did,
      audience: try Self.audience(parameters.aud),
      method: method,
      lifetime: lifetime
    )
    let key = try await core.store.read { transaction in
      try transaction.accounts.signingKey(of: account.did)
    }
    return ComAtproto.Server.GetServiceAuth.Output(token: token.signed(with: key))
  }

  /// An account that was taken down may move away and nothing else; what needs a privileged app
  /// password here needs one for a token too.
  private static func check(_ caller: Caller, _ method: NSID?) throws(XRPCServerError) {
    if caller.account.status.isWithheld {
      guard method?.string == ProxyPolicy.migration else { throw .badScope }
      return
    }
    if let method, ProxyPolicy.isPrivileged(method.string), !caller.isPrivileged {
      throw .invalidRequest("an app password must be privileged for a token for \(method)")
    }
  }

  /// A DID, or a service of one: "use of bare DIDs (with no service type) is used by some legacy
  /// software".
  private static func audience(_ text: String) throws -> String {
    let did = ServiceReference(text)?.did ?? (try? DID(text))
    guard let did, did.method == "plc" || did.method == "web" else {
      throw XRPCServerError.invalidRequest("aud is a did:plc or did:web, or a service of one")
    }
    return text
  }

  /// Seconds from now to `expiry`, in seconds since 1970: at most an hour, or a minute for a token
  /// that is not bound to a method.
  private static func lifetime(until expiry: Int?, isForAnyMethod: Bool) throws -> Int {
    typealias Failure = ComAtproto.Server.GetServiceAuth.Failure
    guard let expiry else { return ServiceToken.usualLifetime }
    let now = currentSeconds()
    guard expiry > now else { throw Failure.badExpiration(message: "exp is in the past") }
    guard expiry <= now + 3600 else {
      throw Failure.badExpiration(message: "exp is more than an hour ahead")
    }
    guard !isForAnyMethod || expiry <= now + 60 else {
      throw Failure.badExpiration(
        message: "exp is more than a minute ahead, for a token that is good for any method"
      )
    }
    return expiry - now
  }
}
