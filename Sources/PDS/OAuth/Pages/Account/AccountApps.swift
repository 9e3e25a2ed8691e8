import ATProtoAuth
import ATProtoSyntax

/// The apps that have access to an account, or had it: what its owner can withdraw.
struct AccountApps: Sendable {
  let sessions: OAuthSessions
  let clients: OAuthClients

  struct List: Sendable {
    var sessions: [OAuthSession]
    /// Consents to apps without a session.
    var consents: [OAuthConsent]
    /// How the apps are presented, by `client_id`.
    var clients: [String: ClientView]
  }

  func list(of did: DID, at now: Int) async throws -> List {
    let sessions = try await sessions.list(of: did, at: now)
    let present = Set(sessions.map(\.clientID))
    let consents = try await self.sessions.consents(of: did)
      .filter { !present.contains($0.clientID) }
    let ids = present.union(consents.map(\.clientID))
    return List(sessions: sessions, consents: consents, clients: await views(of: ids))
  }

  /// Documents are fetched of trusted clients only, which are few: of others, nothing is shown that is
  /// in them.
  private func views(of ids: Set<String>) async -> [String: ClientView] {
    await withTaskGroup(of: ClientView.self) { group in
      for id in ids where clients.isTrusted(id) {
        group.addTask { [clients] in
          (try? await clients.client(id)).map(ClientView.init) ?? ClientView(id: id)
        }
      }
      return await group.reduce(into: [:]) { $0[$1.id] = $1 }
    }
  }
}
