import ATProtoAuth
import HTTPTypes
import XRPC
import XRPCServer

/// Authenticates an account by the access token of one of its sessions: `Bearer` for sessions that a
/// password opened, `DPoP` for OAuth sessions.
///
/// A token of one kind with the scheme of the other is not valid (RFC 9449, 7.2: a server "MUST reject
/// a DPoP-bound access token received as a bearer token").
struct AccountAuthentication: Authentication {
  /// The permissions that a call needs, which may depend on its parameters and input.
  typealias Needs = @Sendable () throws -> [PermissionNeed]

  let sessions: Sessions
  let policy: AccessPolicy
  /// Required for methods whose ``RoutePermission`` is computed; evaluated only for OAuth sessions,
  /// after the token is verified.
  let needs: Needs?

  var challenge: String { "Bearer, \(OAuthChallenge.withoutError)" }

  /// The name that the reference implementation gives to other schemes, too.
  var unrecognizedError: String { "AuthMissing" }

  func challenge(error: String) -> String { "Bearer error=\"\(error)\"" }

  func recognizes(_ credentials: HTTPAuthorization) -> Bool {
    switch credentials {
    case .bearer, .dpop: true
    case .basic, .other: false
    }
  }

  func caller(
    _ credentials: HTTPAuthorization,
    _ context: XRPCContext
  ) async throws -> AuthenticatedAccount {
    switch credentials {
    case .bearer(let token): try await sessionCaller(token)
    case .dpop(let token): try await oauthCaller(token, context)
    case .basic, .other:
      throw XRPCServerError.authenticationRequired(name: unrecognizedError, challenge: challenge)
    }
  }

  private func sessionCaller(_ token: String) async throws -> AuthenticatedAccount {
    do {
      return try await sessions.authenticate(token, policy)
    } catch let error as XRPCServerError {
      // Session tokens have periods, access tokens of OAuth sessions have none.
      if !token.utf8.contains(UInt8(ascii: ".")), try await sessions.oauth.isAccessToken(token) {
        throw XRPCServerError(
          ofResource: OAuthError(.invalidToken, "the access token requires the scheme DPoP")
        )
      }
      throw error
    }
  }

  private func oauthCaller(
    _ token: String,
    _ context: XRPCContext
  ) async throws -> AuthenticatedAccount {
    let caller: AuthenticatedAccount
    do {
      caller = try await sessions.oauth.caller(token, context, policy)
    } catch let error as OAuthError {
      throw XRPCServerError(ofResource: error)
    } catch var error as XRPCServerError where error.status == .unauthorized {
      error.headers[.wwwAuthenticate] = OAuthChallenge.value(
        error: "invalid_token",
        error.message ?? error.name
      )
      throw error
    }
    try RoutePermissions.permission(for: context.nsid).check(caller, context.nsid, needs)
    return caller
  }
}
