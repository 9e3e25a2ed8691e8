/// What a session may do: the `scope` of its access tokens, as in the reference implementation.
enum SessionScope: String, Hashable, Sendable {
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
struct SessionGrant: Hashable, Sendable {
  var scope: SessionScope
  /// The name of the app password, where it was one.
  var appPassword: String?

  static let accountPassword = SessionGrant(scope: .access)
  static let takendown = SessionGrant(scope: .takendown)
}
