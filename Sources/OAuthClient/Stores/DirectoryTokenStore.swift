import ATProtoData
public import ATProtoSyntax
public import XRPCClient

/// Keeps sessions and logins in the files of a directory, which only their owner can read. Each file is
/// replaced atomically, and locked against other processes:
///
///     oauth-<did>.json        the session of an account
///     oauth-logins.json       the logins that wait for their callbacks
///     *.json.lock             locks
public struct DirectoryTokenStore: OAuthTokenStore {
  private let path: String

  /// When there are more logins, the oldest are dropped.
  private static let maximumLogins = 500
  private static let maximumBytes = 4 << 20
  private static let limits = DataLimits(inputSize: maximumBytes, depth: 8)

  /// Creates a store.
  ///
  /// - Parameter path: an existing directory that others cannot write to.
  public init(path: String) {
    self.path = path
  }

  /// The store of one account's session, a `SessionStore` for which the account is fixed.
  public func file(of did: DID) -> SessionFile<StoredOAuthSession> {
    SessionFile(path: "\(path)/\(Self.name(of: did))")
  }

  /// The name of the file of an account's session.
  ///
  /// The characters of a DID are letters, digits, and `._:%-`.
  public static func name(of did: DID) -> String { "oauth-\(did).json" }

  /// Reads the session of an account; nil if there is none.
  public func session(of did: DID) async throws(SessionStoreError) -> StoredOAuthSession? {
    guard let session = try await file(of: did).load() else { return nil }
    guard session.did == did else {
      throw SessionStoreError(
        code: .malformed,
        reason: "\(path)/\(Self.name(of: did)) has the session of another account"
      )
    }
    return session
  }

  /// Adds or replaces the session of an account.
  public func save(_ session: StoredOAuthSession) async throws(SessionStoreError) {
    try await file(of: session.did).save(session)
  }

  /// Deletes the session of an account.
  public func removeSession(of did: DID) async throws(SessionStoreError) {
    try await file(of: did).clear()
  }

  /// Runs `body` while no other task or process does so for this account.
  public func exclusively<Value: Sendable>(
    _ did: DID,
    _ body: @Sendable () async -> Value
  ) async throws(SessionStoreError) -> Value {
    try await file(of: did).exclusively(body)
  }

  /// Adds a login.
  public func save(_ login: PendingLogin) async throws(SessionStoreError) {
    _ = try await changingLogins { logins in
      logins = logins.filter { $0.state != login.state }.suffix(Self.maximumLogins - 1) + [login]
      return nil
    }
  }

  /// Removes a login and returns it; nil if there is none with this state.
  public func takeLogin(state: String) async throws(SessionStoreError) -> PendingLogin? {
    try await changingLogins { logins in
      let found = logins.first { $0.state == state }
      logins.removeAll { $0.state == state }
      return found
    }
  }

  /// Changes the file of logins while no other process does, and drops the expired ones.
  private func changingLogins(
    _ change: @escaping @Sendable (inout [PendingLogin]) -> PendingLogin?
  ) async throws(SessionStoreError) -> PendingLogin? {
    let file = PrivateFile("\(path)/oauth-logins.json")
    return try await file.locked { () async -> Result<PendingLogin?, SessionStoreError> in
      do throws(SessionStoreError) {
        // A file that is damaged loses logins of the last minutes, and no session.
        let bytes = try file.read(upTo: Self.maximumBytes) ?? []
        let kept = (try? DataValue(json: bytes, limits: Self.limits))?.array ?? []
        var logins = kept.compactMap { PendingLogin($0) }
        let found = change(&logins)
        let now = Int(Datetime.Instant.now.seconds)
        logins.removeAll { $0.expiresAt <= now }
        try file.replace(
          with: DataValue.array(logins.map { .object($0.json) }).jsonBytes()
        )
        return .success(found)
      } catch {
        return .failure(error)
      }
    }.get()
  }
}
