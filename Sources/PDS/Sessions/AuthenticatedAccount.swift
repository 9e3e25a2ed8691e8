import ATProtoAuth
import ATProtoSyntax
import XRPCServer

/// The calling account and the permissions of its session.
struct AuthenticatedAccount: Sendable {
  /// How the session was opened, which decides what it may do.
  enum Authority: Sendable {
    /// With the account's password or an app password: ``AccessPolicy`` decides.
    case password(SessionScope)
    /// Through OAuth: ``RoutePermissions`` decides.
    case oauth(OAuthScope)
  }

  var account: Account
  var authority: Authority

  var did: DID { account.did }

  /// Whether the session was opened with the account's password.
  var hasFullAccess: Bool {
    switch authority {
    case .password(let scope): scope == .access
    case .oauth: false
    }
  }

  /// Whether the session has a permission. Sessions that a password opened have those of their
  /// methods.
  func allows(_ need: PermissionNeed) -> Bool {
    switch authority {
    case .password: true
    case .oauth(let scope): scope.allows(need)
    }
  }

  /// Throws `ScopeMissingError` if the session does not have a permission.
  func require(_ need: PermissionNeed) throws(XRPCServerError) {
    guard allows(need) else { throw .scopeMissing(need) }
  }
}
