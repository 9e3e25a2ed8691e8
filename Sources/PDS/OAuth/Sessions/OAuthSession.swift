package import ATProtoSyntax

/// A session of an account with a client. The access token and the refresh token that are valid at
/// present lie in it, so that a rotation is one write.
package struct OAuthSession: Hashable, Sendable {
  package var id: String
  package var did: DID
  package var clientID: String
  /// What the account granted, with `include:` references: expanded anew at each refresh.
  package var scope: String
  /// What the present access token permits: `scope` with permission sets expanded.
  package var tokenScope: String
  package var binding: OAuthBinding
  package var createdAt: Int
  package var refreshedAt: Int
  /// The end of the session, whatever its refreshes.
  package var expiresAt: Int
  package var accessHash: [UInt8]
  package var accessExpiresAt: Int
  /// Nil if the client does not use refresh tokens.
  package var refresh: OAuthRefreshToken?

  package init(
    id: String,
    did: DID,
    clientID: String,
    scope: String,
    tokenScope: String,
    binding: OAuthBinding,
    createdAt: Int,
    refreshedAt: Int,
    expiresAt: Int,
    accessHash: [UInt8],
    accessExpiresAt: Int,
    refresh: OAuthRefreshToken? = nil
  ) {
    self.id = id
    self.did = did
    self.clientID = clientID
    self.scope = scope
    self.tokenScope = tokenScope
    self.binding = binding
    self.createdAt = createdAt
    self.refreshedAt = refreshedAt
    self.expiresAt = expiresAt
    self.accessHash = accessHash
    self.accessExpiresAt = accessExpiresAt
    self.refresh = refresh
  }
}

extension OAuthSession {
  /// The time from which neither of the tokens is valid.
  package var endsAt: Int { min(expiresAt, max(accessExpiresAt, refresh?.expiresAt ?? 0)) }
}

/// What an access token permits, and to whom.
package struct OAuthGrant: Hashable, Sendable {
  package var did: DID
  package var scope: String
  package var dpopThumbprint: String
  package var expiresAt: Int

  package init(did: DID, scope: String, dpopThumbprint: String, expiresAt: Int) {
    self.did = did
    self.scope = scope
    self.dpopThumbprint = dpopThumbprint
    self.expiresAt = expiresAt
  }
}

extension OAuthSession {
  /// What its access token permits.
  package var grant: OAuthGrant {
    OAuthGrant(
      did: did,
      scope: tokenScope,
      dpopThumbprint: binding.dpopThumbprint,
      expiresAt: min(expiresAt, accessExpiresAt)
    )
  }
}

/// The refresh token of a session that has not been used.
package struct OAuthRefreshToken: Hashable, Sendable {
  package var hash: [UInt8]
  package var expiresAt: Int

  package init(hash: [UInt8], expiresAt: Int) {
    self.hash = hash
    self.expiresAt = expiresAt
  }
}
