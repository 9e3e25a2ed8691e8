/// Who calls with the access token of a session.
struct Caller: Sendable {
  var account: Account
  /// What the session may do.
  var scope: SessionScope

  /// Whether the session was opened with the account's password.
  var hasFullAccess: Bool { scope == .access }
  /// Whether the session may read and write direct messages.
  var isPrivileged: Bool { AccessPolicy.privileged.allows(scope) }
}
