import ComAtprotoAPI

/// Which methods an account may call on other services through this server, and with which rights.
///
/// NSIDs are compared without case: a service that treats them carelessly must not mistake a disguised
/// name for the real one.
enum ProxyPolicy {
  /// Methods that manage an account. They can only be called on this server, so that no token is issued
  /// for them (as in the reference implementation).
  private static let protected: Set<String> = lowercased([
    ComAtproto.Admin.SendEmail.nsid,
    ComAtproto.Identity.RequestPlcOperationSignature.nsid,
    ComAtproto.Identity.SignPlcOperation.nsid,
    ComAtproto.Identity.UpdateHandle.nsid,
    ComAtproto.Server.ActivateAccount.nsid,
    ComAtproto.Server.ConfirmEmail.nsid,
    ComAtproto.Server.CreateAppPassword.nsid,
    ComAtproto.Server.DeactivateAccount.nsid,
    ComAtproto.Server.GetAccountInviteCodes.nsid,
    ComAtproto.Server.GetSession.nsid,
    ComAtproto.Server.ListAppPasswords.nsid,
    ComAtproto.Server.RequestAccountDelete.nsid,
    ComAtproto.Server.RequestEmailConfirmation.nsid,
    ComAtproto.Server.RequestEmailUpdate.nsid,
    ComAtproto.Server.RevokeAppPassword.nsid,
    ComAtproto.Server.UpdateEmail.nsid,
  ])

  /// The only method for which an account that has been taken down gets a token: it may migrate
  /// (account-migration guide).
  static let migration = ComAtproto.Server.CreateAccount.nsid

  static func isProtected(_ nsid: String) -> Bool {
    protected.contains(nsid.lowercased())
  }

  /// Whether an app password must be privileged: for direct messages and account migration.
  static func isPrivileged(_ nsid: String) -> Bool {
    let nsid = nsid.lowercased()
    return nsid.hasPrefix("chat.bsky.") || nsid == migration.lowercased()
  }

  /// Whether calls may be proxied at all. Methods that manage accounts and servers are not, even if this
  /// server does not know them.
  static func mayBeProxied(_ nsid: String) -> Bool {
    let nsid = nsid.lowercased()
    return !protected.contains(nsid) && !nsid.hasPrefix("com.atproto.server.")
      && !nsid.hasPrefix("com.atproto.admin.")
  }

  private static func lowercased(_ nsids: [String]) -> Set<String> {
    Set(nsids.map { $0.lowercased() })
  }
}
