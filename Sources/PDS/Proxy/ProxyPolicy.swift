import ATProtoSyntax

/// Which methods an account may have called elsewhere in its name, and with which rights.
///
/// NSIDs are compared without case: a service that looks at them carelessly must not take a
/// disguised name for the real one.
enum ProxyPolicy {
  /// Methods that manage an account. They are called here and nowhere else, so no token is made out
  /// for them (as in the reference implementation).
  private static let protected: Set<String> = lowercased([
    "com.atproto.admin.sendEmail",
    "com.atproto.identity.requestPlcOperationSignature",
    "com.atproto.identity.signPlcOperation",
    "com.atproto.identity.updateHandle",
    "com.atproto.server.activateAccount",
    "com.atproto.server.confirmEmail",
    "com.atproto.server.createAppPassword",
    "com.atproto.server.deactivateAccount",
    "com.atproto.server.getAccountInviteCodes",
    "com.atproto.server.getSession",
    "com.atproto.server.listAppPasswords",
    "com.atproto.server.requestAccountDelete",
    "com.atproto.server.requestEmailConfirmation",
    "com.atproto.server.requestEmailUpdate",
    "com.atproto.server.revokeAppPassword",
    "com.atproto.server.updateEmail",
  ])

  /// The one method for which an account that was taken down gets a token: it may move away
  /// (account-migration guide).
  static let migration = "com.atproto.server.createAccount"

  static func isProtected(_ nsid: String) -> Bool {
    protected.contains(nsid.lowercased())
  }

  /// Whether an app password must be a privileged one: direct messages, and moving the account.
  static func isPrivileged(_ nsid: String) -> Bool {
    let nsid = nsid.lowercased()
    return nsid.hasPrefix("chat.bsky.") || nsid == migration.lowercased()
  }

  /// Whether calls of the method may be passed on at all. What manages accounts and servers may not,
  /// also where this server does not know the method.
  static func mayBeProxied(_ nsid: String) -> Bool {
    let nsid = nsid.lowercased()
    return !protected.contains(nsid) && !nsid.hasPrefix("com.atproto.server.")
      && !nsid.hasPrefix("com.atproto.admin.")
  }

  private static func lowercased(_ nsids: [String]) -> Set<String> {
    Set(nsids.map { $0.lowercased() })
  }
}
