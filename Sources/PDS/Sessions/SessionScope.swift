/// The permissions of a session: the `scope` of its access tokens, as in the reference
/// implementation.
package enum SessionScope: String, Hashable, Sendable {
  /// Opened with the account's password: everything.
  case access = "com.atproto.access"
  /// Opened with an app password: no changes to the account itself, no direct messages.
  case appPassword = "com.atproto.appPass"
  /// The same, plus direct messages.
  case privilegedAppPassword = "com.atproto.appPassPrivileged"
  /// Opened while the account is taken down: only methods needed to migrate.
  case takendown = "com.atproto.takendown"
}

/// How a session was opened.
package struct SessionGrant: Hashable, Sendable {
  package var scope: SessionScope
  /// The name of the app password that opened the session, if one did.
  package var appPassword: String?

  package init(scope: SessionScope, appPassword: String? = nil) {
    self.scope = scope
    self.appPassword = appPassword
  }

  package static let accountPassword = SessionGrant(scope: .access)
  package static let takendown = SessionGrant(scope: .takendown)
}
