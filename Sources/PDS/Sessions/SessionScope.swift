/// What a session may do: the `scope` of its access tokens, as in the reference implementation.
package enum SessionScope: String, Hashable, Sendable {
  /// Opened with the account's password: everything.
  case access = "com.atproto.access"
  /// Opened with an app password: no change of the account itself, no direct messages.
  case appPassword = "com.atproto.appPass"
  /// The same with direct messages.
  case privilegedAppPassword = "com.atproto.appPassPrivileged"
  /// Opened though the account is taken down: what it takes to leave.
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
