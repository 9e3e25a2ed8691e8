import ATProtoSyntax
import ServiceKit

struct MemoryRefreshTokens: RefreshTokenStore {
  let transaction: MemoryPDSTransaction

  func insert(_ token: RefreshToken) throws {
    try transaction.change(of: token.did) { state in
      guard state.refreshTokens[token.id] == nil else { throw ServiceError.exists("the token") }
      var token = token
      token.nextID = nil
      state.refreshTokens[token.id] = token
    }
  }

  func token(_ id: String) -> RefreshToken? { transaction.state.refreshTokens[id] }

  func replace(_ id: String, by next: String, expiresAt: Int) throws {
    try transaction.change { state in
      state.refreshTokens[id]?.nextID = next
      state.refreshTokens[id]?.expiresAt = expiresAt
    }
  }

  private func remove(where isRemoved: (RefreshToken) -> Bool) throws {
    try transaction.change { state in
      state.refreshTokens = state.refreshTokens.filter { !isRemoved($0.value) }
    }
  }

  func deleteExpired(of did: DID, at seconds: Int) throws {
    try remove { $0.did == did && $0.expiresAt <= seconds }
  }

  func isLive(session: String, of did: DID, at seconds: Int) -> Bool {
    transaction.state.refreshTokens.values.contains {
      $0.session == session && $0.did == did && $0.expiresAt > seconds
    }
  }

  func end(session: String, of did: DID) throws {
    try remove { $0.session == session && $0.did == did }
  }

  func endSessions(of did: DID) throws {
    try remove { $0.did == did }
  }

  func endSessions(of did: DID, appPassword name: String) throws {
    try remove { $0.did == did && $0.grant.appPassword == name }
  }
}

struct MemoryAppPasswords: AppPasswordStore {
  let transaction: MemoryPDSTransaction

  func insert(_ password: AppPassword, of did: DID) throws {
    try transaction.change(of: did) { state in
      guard state.accounts.appPasswords[did]?.contains(where: { $0.name == password.name }) != true
      else {
        throw ServiceError.exists("the app password \(password.name)")
      }
      state.accounts.appPasswords[did, default: []].append(password)
    }
  }

  func all(of did: DID) -> [AppPassword] {
    (transaction.state.accounts.appPasswords[did] ?? []).sorted {
      ($1.createdAt, $0.name) < ($0.createdAt, $1.name)
    }
  }

  func remove(_ name: String, of did: DID) throws {
    try transaction.change { $0.accounts.appPasswords[did]?.removeAll { $0.name == name } }
  }
}

struct MemoryMailTokens: MailTokenStore {
  let transaction: MemoryPDSTransaction

  func set(_ entry: MailTokenEntry, _ purpose: MailTokenPurpose) throws {
    try transaction.change(of: entry.did) {
      $0.mailTokens[entry.did, default: [:]][purpose] = entry
    }
  }

  func entry(_ purpose: MailTokenPurpose, of did: DID) -> MailTokenEntry? {
    transaction.state.mailTokens[did]?[purpose]
  }

  func entry(_ purpose: MailTokenPurpose, hash: [UInt8]) -> MailTokenEntry? {
    transaction.state.mailTokens.values.lazy.compactMap { $0[purpose] }.first { $0.hash == hash }
  }

  func remove(_ purpose: MailTokenPurpose, of did: DID) throws {
    try transaction.change { $0.mailTokens[did]?[purpose] = nil }
  }

  func removeAll(of did: DID) throws {
    try transaction.change { $0.mailTokens[did] = nil }
  }
}
