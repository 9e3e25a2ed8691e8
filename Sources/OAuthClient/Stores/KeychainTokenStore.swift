#if canImport(Security)
public import ATProtoSyntax
import Foundation
import Security
public import XRPCClient

/// Keeps sessions and logins in the keychain of an Apple platform, readable after the first unlock and
/// only on this device.
///
/// The keychain has no locks. Renewals exclude each other within the process; an app whose extensions
/// use the same session gives one of them the task of calling, or keeps sessions in a
/// ``DirectoryTokenStore`` in the app group's directory.
public actor KeychainTokenStore: OAuthTokenStore {
  private let service: String
  private let accessGroup: String?
  private let locks = AccountLocks()

  /// Creates a store.
  ///
  /// - Parameters:
  ///   - service: distinguishes the items from others of the app, such as the app's bundle identifier.
  ///   - accessGroup: the group of apps that share the items; nil for the app's own.
  public init(service: String, accessGroup: String? = nil) {
    self.service = service
    self.accessGroup = accessGroup
  }

  /// Reads the session of an account; nil if there is none.
  public func session(of did: DID) throws(SessionStoreError) -> StoredOAuthSession? {
    guard let bytes = try read(Self.account(did)) else { return nil }
    guard let session = StoredOAuthSession(json: bytes), session.did == did else {
      throw SessionStoreError(
        code: .malformed,
        reason: "the keychain item of \(did) is not a valid session"
      )
    }
    return session
  }

  /// Adds or replaces the session of an account.
  public func save(_ session: StoredOAuthSession) throws(SessionStoreError) {
    try write(session.jsonBytes(), Self.account(session.did))
  }

  /// Deletes the session of an account.
  public func removeSession(of did: DID) throws(SessionStoreError) {
    try remove(Self.account(did))
  }

  /// Runs `body` while no other task does so for this account.
  public func exclusively<Value: Sendable>(
    _ did: DID,
    _ body: @Sendable () async -> Value
  ) async -> Value {
    await locks.holding(did, body)
  }

  /// Adds a login.
  public func save(_ login: PendingLogin) throws(SessionStoreError) {
    try write(login.jsonBytes(), Self.account(login.state))
  }

  /// Removes a login and returns it; nil if there is none with this state.
  public func takeLogin(state: String) throws(SessionStoreError) -> PendingLogin? {
    guard let bytes = try read(Self.account(state)) else { return nil }
    try remove(Self.account(state))
    return PendingLogin(json: bytes)
  }

  private static func account(_ did: DID) -> String { "session \(did)" }
  private static func account(_ state: String) -> String { "login \(state)" }

  private func query(_ account: String) -> [CFString: Any] {
    var query: [CFString: Any] = [
      kSecClass: kSecClassGenericPassword,
      kSecAttrService: service,
      kSecAttrAccount: account,
      // The keychain of iOS on macOS, too: items there belong to the app.
      kSecUseDataProtectionKeychain: true,
    ]
    if let accessGroup { query[kSecAttrAccessGroup] = accessGroup }
    return query
  }

  private func read(_ account: String) throws(SessionStoreError) -> [UInt8]? {
    var query = query(account)
    query[kSecReturnData] = true
    query[kSecMatchLimit] = kSecMatchLimitOne
    var item: CFTypeRef?
    let status = SecItemCopyMatching(query as CFDictionary, &item)
    if status == errSecItemNotFound { return nil }
    guard status == errSecSuccess, let data = item as? Data else {
      throw failure(.unreadable, "read", status)
    }
    return [UInt8](data)
  }

  private func write(_ bytes: [UInt8], _ account: String) throws(SessionStoreError) {
    let values: [CFString: Any] = [
      kSecValueData: Data(bytes),
      kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
    ]
    let query = query(account)
    var status = SecItemUpdate(query as CFDictionary, values as CFDictionary)
    if status == errSecItemNotFound {
      let item = query.merging(values) { $1 }
      status = SecItemAdd(item as CFDictionary, nil)
    }
    guard status == errSecSuccess else { throw failure(.unwritable, "write", status) }
  }

  private func remove(_ account: String) throws(SessionStoreError) {
    let status = SecItemDelete(query(account) as CFDictionary)
    guard status == errSecSuccess || status == errSecItemNotFound else {
      throw failure(.unwritable, "remove", status)
    }
  }

  private func failure(
    _ code: SessionStoreError.Code,
    _ action: String,
    _ status: OSStatus
  ) -> SessionStoreError {
    let reason = SecCopyErrorMessageString(status, nil) as String? ?? "status \(status)"
    return SessionStoreError(code: code, reason: "cannot \(action) a keychain item: \(reason)")
  }
}
#endif
