import ATProtoSyntax

/// The calling account and the permissions of its session.
struct AuthenticatedAccount: Sendable {
  var account: Account
  var scope: SessionScope

  var did: DID { account.did }
  /// Whether the session was opened with the account's password.
  var hasFullAccess: Bool { scope == .access }
  /// Whether the session may read and write direct messages.
  var isPrivileged: Bool { AccessPolicy.privileged.allows(scope) }
}
