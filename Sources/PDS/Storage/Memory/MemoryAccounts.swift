import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import ServiceKit

struct MemoryAccountTable: Sendable {
  struct Row: Sendable {
    var account: Account
    var keys: AccountKeys
    var flags: Set<AccountStatus.Flag> = []
    /// Seconds since 1970.
    var deleteAfter: Int?
  }

  struct ReservedKey: Sendable {
    var key: PrivateKey
    var did: DID?
    var createdAt: Int
  }

  var rows: [DID: Row] = [:]
  var handles: [Handle: DID] = [:]
  /// Accounts by email in lowercase.
  var emails: [String: DID] = [:]
  var appPasswords: [DID: [AppPassword]] = [:]
  /// By public key.
  var reservedKeys: [String: ReservedKey] = [:]

  /// Throws, and changes nothing, if another account has the email.
  mutating func setEmail(_ email: String, of did: DID) throws {
    let key = email.asciiLowercased
    guard emails[key].map({ $0 == did }) ?? true else { throw ServiceError.exists("the email") }
    if let old = rows[did]?.account.email { emails[old.asciiLowercased] = nil }
    emails[key] = did
    rows[did]?.account.email = email
  }

  /// Throws, and changes nothing, if another account has the handle.
  mutating func setHandle(_ handle: Handle, of did: DID) throws {
    guard handles[handle].map({ $0 == did }) ?? true else {
      throw ServiceError.exists("the handle")
    }
    if let old = rows[did]?.account.handle { handles[old] = nil }
    handles[handle] = did
    rows[did]?.account.handle = handle
  }
}

struct MemoryAccounts: AccountStore {
  let transaction: MemoryPDSTransaction

  private var table: MemoryAccountTable { transaction.state.accounts }

  private func change(_ did: DID, _ body: (inout MemoryAccountTable.Row) -> Void) throws {
    try transaction.change { state in
      guard var row = state.accounts.rows[did] else { return }
      body(&row)
      state.accounts.rows[did] = row
    }
  }

  func account(_ did: DID) -> Account? { table.rows[did]?.account }

  func account(_ handle: Handle) -> Account? { table.handles[handle].flatMap(account) }

  func account(email: String) -> Account? { table.emails[email.asciiLowercased].flatMap(account) }

  func insert(_ account: Account, _ keys: AccountKeys) throws {
    let did = account.did
    try transaction.change { state in
      guard state.accounts.rows[did] == nil else { throw ServiceError.exists("the account \(did)") }
      guard state.accounts.handles[account.handle] == nil else {
        throw ServiceError.exists("the handle")
      }
      try state.accounts.setEmail(account.email, of: did)
      try state.accounts.setHandle(account.handle, of: did)
      let stored = Account(
        did: did,
        handle: account.handle,
        email: account.email,
        passwordHash: account.passwordHash,
        plcBlock: account.plcBlock
      )
      state.accounts.rows[did] = MemoryAccountTable.Row(account: stored, keys: keys)
    }
  }

  private func keys(of did: DID) throws -> AccountKeys {
    guard let row = table.rows[did] else {
      throw ServiceError(.corruption, "cannot read the keys of \(did)")
    }
    return row.keys
  }

  func signingKey(of did: DID) throws -> PrivateKey { try keys(of: did).signing }

  func rotationKey(of did: DID) throws -> PrivateKey { try keys(of: did).rotation }

  func setSigningKey(_ key: PrivateKey, of did: DID) throws {
    try change(did) { $0.keys.signing = key }
  }

  func setHandle(_ handle: Handle, of did: DID) throws {
    try transaction.change { state in
      guard state.accounts.rows[did] != nil else { return }
      try state.accounts.setHandle(handle, of: did)
    }
  }

  func setOperation(_ operation: PLCOperation, of did: DID) throws {
    try change(did) { $0.account.plcBlock = operation.block }
  }

  func setEmail(_ email: String, of did: DID) throws {
    try transaction.change { state in
      guard state.accounts.rows[did] != nil else { return }
      try state.accounts.setEmail(email, of: did)
      state.accounts.rows[did]?.account.emailConfirmedAt = nil
    }
  }

  func setEmailConfirmed(of did: DID, at seconds: Int) throws {
    try change(did) { $0.account.emailConfirmedAt = seconds }
  }

  func setPassword(_ hash: PasswordHash, of did: DID) throws {
    try change(did) { $0.account.passwordHash = hash }
  }

  func setInvitesDisabled(_ areDisabled: Bool, of did: DID) throws {
    try change(did) { $0.account.areInvitesDisabled = areDisabled }
  }

  func setDeleteAfter(_ seconds: Int?, of did: DID) throws {
    try change(did) { $0.deleteAfter = seconds }
  }

  func scheduledDeletions(
    deleteBefore: Int,
    deactivatedBefore: Int,
    limit: Int
  ) -> [DID] {
    let due = table.rows.values.filter { row in
      guard row.flags.contains(.deactivated), let deleteAfter = row.deleteAfter,
        let deactivatedAt = row.account.deactivatedAt
      else { return false }
      return deleteAfter < deleteBefore && deactivatedAt < deactivatedBefore
    }
    return due.prefix(limit).map(\.account.did)
  }

  func remove(_ did: DID) throws {
    try transaction.change { state in
      guard let row = state.accounts.rows.removeValue(forKey: did) else { return }
      state.accounts.handles[row.account.handle] = nil
      state.accounts.emails[row.account.email.asciiLowercased] = nil
      state.refreshTokens = state.refreshTokens.filter { $0.value.did != did }
      state.accounts.appPasswords[did] = nil
      state.mailTokens[did] = nil
      state.takedowns = state.takedowns.filter { $0.key.did != did }
      state.repositories[did] = nil
      state.blobs[did] = nil
      state.preferences[did] = nil
      state.oauth.removeAll(of: did)
    }
  }

  func page(email: String?, after cursor: String?, limit: Int) -> [Account] {
    let part = (email ?? "").asciiLowercased
    let found = table.rows.values.filter { row in
      row.account.did.string > cursor ?? ""
        && (part.isEmpty || row.account.email.asciiLowercased.contains(part))
    }
    return found.map(\.account).sorted { $0.did.string < $1.did.string }.prefix(limit).map(\.self)
  }

  func status(of did: DID) -> AccountStatus? { table.rows[did]?.account.status }

  func set(_ flag: AccountStatus.Flag, _ isOn: Bool, of did: DID) throws {
    try change(did) { row in
      if isOn { row.flags.insert(flag) } else { row.flags.remove(flag) }
      row.account.status = AccountStatus(
        isDeactivated: row.flags.contains(.deactivated),
        isSuspended: row.flags.contains(.suspended),
        isTakenDown: row.flags.contains(.takendown)
      )
      if flag == .deactivated { row.account.deactivatedAt = isOn ? currentSeconds() : nil }
    }
  }
}

// MARK: Reserved keys

extension MemoryAccounts {
  func reserve(_ key: PrivateKey, for did: DID?) throws {
    let now = currentSeconds()
    try transaction.change { state in
      var keys = state.accounts.reservedKeys.filter { $0.value.createdAt >= now - 30 * 86_400 }
      guard keys[key.publicKey.didKey] == nil,
        did == nil || !keys.values.contains(where: { $0.did == did })
      else { throw ServiceError.exists("the reserved key") }
      keys[key.publicKey.didKey] = .init(key: key, did: did, createdAt: now)
      state.accounts.reservedKeys = keys
    }
  }

  func reservedKey(for did: DID, orNamed key: PublicKey?) -> PrivateKey? {
    if let own = table.reservedKeys.values.first(where: { $0.did == did }) { return own.key }
    guard let named = key.flatMap({ table.reservedKeys[$0.didKey] }), named.did == nil else {
      return nil
    }
    return named.key
  }

  func reservedKeyCount() -> Int { table.reservedKeys.count }

  func removeReservedKey(_ key: PublicKey) throws {
    try transaction.change { $0.accounts.reservedKeys[key.didKey] = nil }
  }
}

extension String {
  /// Folds only ASCII, as SQL databases do by default.
  fileprivate var asciiLowercased: String {
    String(decoding: utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
