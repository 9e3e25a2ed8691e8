import ATProtoAuth
public import ATProtoCrypto
public import ATProtoIdentity
public import ATProtoSyntax
import Synchronization
public import XRPC

/// Authenticates requests that other services make on behalf of an account (XRPC specification,
/// "Inter-Service Authentication (JWT)").
///
/// A token is valid for one call of one method and must be signed with a key in the issuer's DID
/// document. Checks that do not need the network come first.
public final class ServiceAuthentication: Authentication {
  /// Returns the issuer's key with a given name, such as `atproto`.
  ///
  /// - Parameter isFresh: whether to look up the key again instead of using a cached one, because
  ///   the cached key did not verify the token.
  public typealias KeyFinder =
    @Sendable (DID, _ name: String, _ isFresh: Bool) async throws(IdentityError) -> PublicKey

  /// The tokens that are accepted.
  public enum Rules: Hashable, Sendable {
    /// Tokens as the specification requires them: `typ` is `JWT`, with a nonce and a time of
    /// creation, valid for an hour at most.
    case specification
    /// Also tokens of older software, as the reference implementation accepts them; see
    /// `JWTPolicy.anyService(audiences:method:)`. A token with a nonce is still accepted once.
    case reference
  }

  private let audiences: Set<String>
  private let rules: Rules
  private let keyIDs: Set<String>
  private let key: KeyFinder
  private let replays: Mutex<ReplayCache>
  /// Limits lookups that are caused by tokens with invalid signatures.
  private let refreshes: RateLimiter
  private let now: @Sendable () -> Int

  /// - Parameters:
  ///   - audiences: accepted values of `aud`: the service's DID with the fragment of each of its
  ///     services, and the bare DID if legacy software calls.
  ///   - keyIDs: accepted keys. "Receiving services must only accept specific key types".
  ///   - rules: the tokens that are accepted.
  ///   - capacity: the number of nonces to remember until their tokens expire.
  ///   - now: the current time in seconds since 1970, for tests.
  public init(
    audiences: Set<String>,
    keyIDs: Set<String> = ["#atproto"],
    rules: Rules = .specification,
    capacity: Int = 100_000,
    now: @escaping @Sendable () -> Int = { Int(Datetime.Instant.now.seconds) },
    key: @escaping KeyFinder
  ) {
    self.audiences = audiences
    self.keyIDs = keyIDs
    self.rules = rules
    self.key = key
    self.now = now
    replays = Mutex(ReplayCache(capacity: capacity))
    refreshes = RateLimiter([RateLimit(1, perSeconds: 30)], capacity: 10_000)
  }

  /// Finds keys in a directory.
  public convenience init(
    audiences: Set<String>,
    keyIDs: Set<String> = ["#atproto"],
    directory: any IdentityDirectory
  ) {
    self.init(audiences: audiences, keyIDs: keyIDs) {
      (did, name, isFresh) async throws(IdentityError) in
      if isFresh { await directory.purge(did, handle: nil) }
      return try await directory.identity(of: did).document.signingKey(name)
    }
  }

  public var challenge: String { "Bearer" }

  /// Recognizes tokens with a method; session tokens do not have one.
  public func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    guard case .bearer(let text) = credentials, let token = try? JWT(text) else { return false }
    return token.unverifiedClaims.method != nil || token.algorithm != .hs256
  }

  public func caller(
    _ credentials: HTTPAuthorization,
    _ context: XRPCContext
  ) async throws -> ServiceCaller {
    guard case .bearer(let text) = credentials else {
      throw XRPCServerError.authenticationRequired(name: "MissingJwt", challenge: challenge)
    }
    do {
      return try await caller(text, method: context.nsid)
    } catch let error as JWTError {
      throw XRPCServerError(error)
    } catch let error as IdentityError {
      guard !error.isTransient else {
        throw XRPCServerError.upstreamFailure("the issuer's identity could not be looked up")
      }
      throw XRPCServerError(JWTError(.wrongIssuer, "cannot find the issuer's key: \(error.reason)"))
    }
  }

  private func caller(_ text: String, method: String) async throws -> ServiceCaller {
    let token = try JWT(text)
    let issuer = try ServiceIssuer(token)
    guard keyIDs.contains(issuer.keyID) else {
      throw JWTError(.wrongIssuer, "the key \(issuer.keyID.prefix(80)) is not accepted here")
    }
    let policy =
      rules == .specification
      ? JWTPolicy.service(audiences: audiences, method: method)
      : JWTPolicy.anyService(audiences: audiences, method: method)
    let seconds = now()
    try policy.check(token, at: seconds)
    // "`iat` body field (number, required)".
    guard rules == .reference || token.unverifiedClaims.issuedAt != nil else {
      throw JWTError(.missingClaim, "the token does not have a time of creation (iat)")
    }
    let claims = try await verified(token, issuer, policy, at: seconds)
    if rules == .specification || claims.identifier != nil {
      try replays.withLock { cache throws(JWTError) in try cache.accept(claims, at: seconds) }
    }
    return ServiceCaller(
      did: issuer.did,
      keyID: issuer.keyID,
      service: issuer.service,
      audience: claims.audience ?? ""
    )
  }

  /// Verifies the token with the cached key, and with the current one if that fails: the key may
  /// have been rotated.
  private func verified(
    _ token: JWT,
    _ issuer: ServiceIssuer,
    _ policy: JWTPolicy,
    at seconds: Int
  ) async throws -> JWTClaims {
    let name = String(issuer.keyID.dropFirst())
    let known = try await key(issuer.did, name, false)
    do throws(JWTError) {
      return try token.claims(verifiedWith: .public(known), policy: policy, at: seconds)
    } catch {
      // The new key may be on the other curve.
      guard error.code == .badSignature || error.code == .algorithmNotAllowed,
        !refreshes.consume(by: issuer.did).isExceeded
      else { throw error }
      let fresh = try await key(issuer.did, name, true)
      guard fresh != known else { throw error }
      return try token.claims(verifiedWith: .public(fresh), policy: policy, at: seconds)
    }
  }
}
