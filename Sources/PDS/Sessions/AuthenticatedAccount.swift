import ATProtoSyntax

/// The account that calls, and what its session may do.
struct AuthenticatedAccount: Sendable {
  var account: Account
  var scope: SessionScope

  var did: DID { account.did }
  /// Whether the session was opened with the account's password.
  var hasFullAccess: Bool { scope == .access }
  /// Whether the session may read and write direct messages.
  var isPrivileged: Bool { AccessPolicy.privileged.allows(scope) }
}
