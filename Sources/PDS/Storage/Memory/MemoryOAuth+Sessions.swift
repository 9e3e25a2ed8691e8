import ATProtoSyntax
import ServiceKit

extension MemoryOAuth {
  func set(_ session: OAuthSession) throws {
    try change(of: session.did) { table in
      if let old = table.sessions[session.id] { table.accessTokens[old.accessHash] = nil }
      table.sessions[session.id] = session
      table.accessTokens[session.accessHash] = session.id
    }
  }

  func session(_ id: String) -> OAuthSession? { table.sessions[id] }

  func session(access hash: [UInt8]) -> OAuthSession? {
    table.accessTokens[hash].flatMap(session)
  }

  func grant(access hash: [UInt8]) -> OAuthGrant? { session(access: hash)?.grant }

  func session(refresh hash: [UInt8]) -> OAuthSession? {
    table.sessions.values.first { $0.refresh?.hash == hash }
      ?? table.usedTokens[hash].flatMap { session($0.session) }
  }

  func sessions(of did: DID) -> [OAuthSession] {
    table.sessions.values.filter { $0.did == did }
      .sorted { ($1.createdAt, $0.id) < ($0.createdAt, $1.id) }
  }

  func addUsedRefreshToken(_ hash: [UInt8], session id: String, expiresAt: Int) throws {
    try change { table in
      guard table.sessions[id] != nil else {
        throw ServiceError(.storage, "cannot store a token: the session does not exist")
      }
      table.usedTokenCount += 1
      table.usedTokens[hash] = .init(
        session: id,
        expiresAt: expiresAt,
        number: table.usedTokenCount
      )
      let excess = table.usedTokens.filter { $0.value.session == id }
        .sorted { $0.value.number > $1.value.number }
        .dropFirst(OAuthBounds.usedRefreshTokensPerSession)
      for (hash, _) in excess { table.usedTokens[hash] = nil }
    }
  }

  func endSession(_ id: String) throws {
    try change { $0.endSession(id) }
  }

  func endSessions(of did: DID) throws {
    try endSessions(of: did, keeping: 0)
  }

  func endSessions(of did: DID, keeping count: Int) throws {
    let sessions = sessions(of: did).sorted { ($1.refreshedAt, $0.id) < ($0.refreshedAt, $1.id) }
    for session in sessions.dropFirst(count) { try endSession(session.id) }
  }
}
