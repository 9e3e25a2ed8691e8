import ATProtoAuth
import ATProtoIdentity
import ATProtoSyntax
import Synchronization
import XRPC
import XRPCServer

/// Recognizes the accounts that look: by service tokens, which the PDS of an account makes for each
/// call that it proxies (XRPC specification, "Inter-Service Authentication (JWT)").
final class ViewerAuthentication: Sendable {
  /// The verifier of tokens for this service, whose DID may change when the server starts to listen.
  private struct Own {
    var audiences: Set<String>
    var method: ServiceAuthentication
  }

  private let identity: AppViewIdentity
  private let directory: any IdentityDirectory
  private let own = Mutex<Own?>(nil)

  init(_ identity: AppViewIdentity, directory: any IdentityDirectory) {
    self.identity = identity
    self.directory = directory
  }

  /// The account of a request; nil if it has no token. Throws 401 if it has one that is not valid.
  func viewer(_ context: XRPCContext) async throws -> DID? {
    try await context.authenticatedIfPresent(by: ViewerBearer(tokens: current))
  }

  /// The account of a request. Throws 401 `AuthMissing` if it has no token.
  func requiredViewer(_ context: XRPCContext) async throws -> DID {
    try await context.authenticated(by: ViewerBearer(tokens: current))
  }

  /// The account of a request whose token is for the method of another service, which is about to be
  /// called with it, and the token; nil if the token is not for that service, or absent.
  func forwardedViewer(
    _ context: XRPCContext,
    _ target: ForwardingTarget
  ) async throws -> (viewer: DID, token: String)? {
    guard case .bearer(let text)? = context.authorization, let token = try? JWT(text),
      let audience = token.unverifiedClaims.audience, !identity.audiences.contains(audience),
      audience.split(separator: "#", maxSplits: 1).first.map(String.init)
        == target.audience.string
    else { return nil }
    let call = XRPCContext(
      nsid: target.method.string,
      verb: context.verb,
      headers: context.headers,
      remoteAddress: context.remoteAddress,
      requestID: context.requestID
    )
    // Nonces are not remembered here: the other service accepts the token once.
    let viewer = try await call.authenticated(by: ViewerBearer(tokens: verifier(of: [audience])))
    return (viewer, text)
  }

  private var current: ServiceAuthentication {
    let audiences = identity.audiences
    return own.withLock { own in
      if let own, own.audiences == audiences { return own.method }
      let method = verifier(of: audiences)
      own = Own(audiences: audiences, method: method)
      return method
    }
  }

  private func verifier(of audiences: Set<String>) -> ServiceAuthentication {
    ServiceAuthentication(audiences: audiences, rules: .reference) {
      [directory] (did, name, isFresh) async throws(IdentityError) in
      if isFresh { await directory.purge(did, handle: nil) }
      // The handle of a viewer does not matter.
      return try await directory.document(of: did).signingKey(name)
    }
  }
}

/// Any credentials that are present must be a valid service token.
private struct ViewerBearer: Authentication {
  let tokens: ServiceAuthentication

  var challenge: String { tokens.challenge }
  var unrecognizedError: String { "BadJwt" }

  func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    if case .bearer = credentials { true } else { false }
  }

  func caller(_ credentials: HTTPAuthorization, _ context: XRPCContext) async throws -> DID {
    try await tokens.caller(credentials, context).did
  }
}
