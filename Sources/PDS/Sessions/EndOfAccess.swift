import ATProtoSyntax

extension PDSTransaction {
  /// Ends everything that acts for an account: sessions that were opened with a password, sessions
  /// of OAuth clients, authorizations that are not sessions yet, consents, and sign-ins of browsers.
  ///
  /// App passwords remain: their owner revokes them one by one, as in the reference implementation.
  func endAccess(to did: DID) throws {
    try refreshTokens.endSessions(of: did)
    try oauth.endSessions(of: did)
    try oauth.removeRequests(of: did)
    try oauth.removeConsents(of: did)
    try oauth.removeSignIns(of: did)
  }
}
