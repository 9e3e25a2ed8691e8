import ATProtoCrypto
import ATProtoSyntax
import HTTPTypes
import XRPC
import XRPCServer

extension PDSCore {
  /// Who calls, with a session that `rule` lets pass.
  ///
  /// Throws `AuthMissing`, `InvalidToken`, `ExpiredToken` (also where the session was ended),
  /// `AccountTakedown` or `AccountDeactivated`.
  func authorize(_ context: XRPCContext, _ rule: AccessPolicy) async throws -> Caller {
    try await caller(bearerToken(context), rule)
  }

  /// The same, or nil where the request has no credentials at all. Such as are not good are
  /// refused, not ignored.
  func authorizeIfPresent(_ context: XRPCContext, _ rule: AccessPolicy) async throws -> Caller? {
    guard context.headers[.authorization] != nil else { return nil }
    return try await authorize(context, rule)
  }

  private func caller(_ token: String, _ rule: AccessPolicy) async throws -> Caller {
    let now = currentSeconds()
    let claims: SessionIssuer.AccessClaims
    do throws(JWTError) {
      claims = try sessions.accessClaims(token, at: now)
    } catch {
      throw XRPCServerError(sessionToken: error)
    }
    guard rule.allows(claims.scope) else { throw XRPCServerError.badScope }
    return try await store.read { transaction in
      guard let account = try transaction.accounts.account(claims.did) else {
        throw XRPCServerError.invalidToken()
      }
      try account.status.check(rule)
      // The session of a token may have ended before it: by log-out, by another password.
      guard
        try transaction.refreshTokens.isLive(session: claims.session, of: account.did, at: now)
      else { throw XRPCServerError.expiredToken }
      return Caller(account: account, scope: claims.scope)
    }
  }

  func bearerToken(_ context: XRPCContext) throws -> String {
    guard case .bearer(let token)? = context.authorization else {
      throw XRPCServerError.authenticationRequired(name: "AuthMissing")
    }
    return token
  }
}

extension AccountStatus {
  /// Throws the name of what keeps an account from calling.
  func check(_ rule: AccessPolicy) throws(XRPCServerError) {
    switch self {
    case .active: break
    case .takendown, .suspended, .deleted:
      if !rule.allowsTakendown { throw .accountTakedown }
    case .deactivated:
      if !rule.allowsDeactivated {
        throw .authenticationRequired("the account is deactivated", name: "AccountDeactivated")
      }
    }
  }
}

extension XRPCServerError {
  static let accountTakedown = authenticationRequired(
    "the account was taken down",
    name: "AccountTakedown"
  )

  static let badScope = invalidToken("the session may not do this")

  /// Deployed clients renew a session on status 400 with `ExpiredToken`, so these are no 401.
  init(sessionToken error: JWTError) {
    self = error.code == .expired ? .expiredToken : .invalidToken()
  }
}
