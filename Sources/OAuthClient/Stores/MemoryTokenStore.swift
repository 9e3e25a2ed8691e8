public import ATProtoSyntax

/// Keeps sessions and logins in memory, for the life of the process.
public actor MemoryTokenStore: OAuthTokenStore {
  private var sessions: [DID: StoredOAuthSession] = [:]
  private var logins: [String: PendingLogin] = [:]
  private let locks = AccountLocks()
  private let maximumLogins: Int

  /// Creates an empty store.
  ///
  /// - Parameter maximumLogins: the most logins to keep. When there are more, those that expire first
  ///   are dropped.
  public init(maximumLogins: Int = 10_000) {
    self.maximumLogins = max(1, maximumLogins)
  }

  /// The session of an account; nil if there is none.
  public func session(of did: DID) -> StoredOAuthSession? { sessions[did] }

  /// Adds or replaces the session of an account.
  public func save(_ session: StoredOAuthSession) { sessions[session.did] = session }

  /// Forgets the session of an account.
  public func removeSession(of did: DID) { sessions[did] = nil }

  /// Runs `body` while no other task does so for this account.
  public func exclusively<Value: Sendable>(
    _ did: DID,
    _ body: @Sendable () async -> Value
  ) async -> Value {
    await locks.holding(did, body)
  }

  /// Adds a login.
  public func save(_ login: PendingLogin) {
    let now = Int(Datetime.Instant.now.seconds)
    if logins.count >= maximumLogins { logins = logins.filter { $0.value.expiresAt > now } }
    if logins.count >= maximumLogins {
      let oldest = logins.values.sorted { $0.expiresAt < $1.expiresAt }
      for login in oldest.prefix(logins.count / 4 + 1) { logins[login.state] = nil }
    }
    logins[login.state] = login
  }

  /// Removes a login and returns it.
  public func takeLogin(state: String) -> PendingLogin? { logins.removeValue(forKey: state) }
}
