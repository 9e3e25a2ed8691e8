import XRPC
import XRPCServer

/// What a method requires of the calling session:
///
///     let caller = try await request.context.authenticated(
///       by: sessions.access(.anySession.ofActiveAccount)
///     )
///
/// Of OAuth sessions, the policy decides by the status of the account only, and ``RoutePermissions`` by
/// what was granted.
///
/// XRPC specification, "App Passwords": they must not allow "destructive actions like account
/// deletion or changes to authentication settings (including app passwords themselves)".
struct AccessPolicy: Hashable, Sendable {
  private var scopes: Set<SessionScope>
  /// Whether accounts that are taken down or suspended may call.
  private(set) var allowsTakendown = false
  /// Whether accounts that their owners deactivated may call.
  private(set) var allowsDeactivated = true

  /// Any session, including those opened with an app password.
  static let anySession = AccessPolicy(
    scopes: [.access, .privilegedAppPassword, .appPassword]
  )
  /// A session opened with the account's password or a privileged app password.
  static let privileged = AccessPolicy(scopes: [.access, .privilegedAppPassword])
  /// A session opened with the account's password: required to change the account itself.
  static let accountPassword = AccessPolicy(scopes: [.access])

  private init(scopes: Set<SessionScope>) {
    self.scopes = scopes
  }

  /// The same policy, extended to accounts that are taken down: for methods that their owners need
  /// to migrate.
  var orTakendown: AccessPolicy {
    var policy = self
    policy.allowsTakendown = true
    policy.scopes.insert(.takendown)
    return policy
  }

  /// The same policy, restricted to active accounts: required to write to the repository.
  var ofActiveAccount: AccessPolicy {
    var policy = self
    policy.allowsDeactivated = false
    return policy
  }

  func allows(_ scope: SessionScope) -> Bool {
    scopes.contains(scope)
  }

  /// Throws `AccountTakedown` or `AccountDeactivated` if an account with `status` may not call.
  func check(_ status: AccountStatus) throws(XRPCServerError) {
    switch status {
    case .active: break
    case .takendown, .suspended, .deleted:
      if !allowsTakendown { throw .accountTakedown }
    case .deactivated:
      if !allowsDeactivated {
        throw .authenticationRequired("the account is deactivated", name: "AccountDeactivated")
      }
    }
  }
}

extension XRPCServerError {
  static let accountTakedown = authenticationRequired(
    "the account has been taken down",
    name: "AccountTakedown"
  )
}
