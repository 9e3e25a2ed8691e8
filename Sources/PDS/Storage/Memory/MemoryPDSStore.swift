import ATProtoData
import ATProtoSyntax
import ServiceKit
import Synchronization
package import XRPCServer

/// Keeps everything in memory, for as long as the process runs: the in-memory twin of every store
/// protocol, for tests and short-lived development servers.
///
/// A transaction works on a copy of the state and replaces the state when it commits.
package final class MemoryPDSStore: PDSStore {
  package let eventSignal = EventSignal()
  private let state = Mutex(MemoryPDSState())

  package init() {}

  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    try body(MemoryPDSTransaction(state.withLock { $0 }, isReadOnly: true))
  }

  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
  ) async throws -> Value {
    let (value, appendsEvents) = try commit(body)
    if appendsEvents { eventSignal.notify() }
    return value
  }

  package func setUp<Value>(_ body: (any PDSTransaction) throws -> Value) throws -> Value {
    try commit(body).value
  }

  private func commit<Value>(
    _ body: (any PDSTransaction) throws -> Value
  ) throws -> (value: Value, appendsEvents: Bool) {
    try state.withLock { state in
      let transaction = MemoryPDSTransaction(state, isReadOnly: false)
      let value = try body(transaction)
      let appendsEvents = transaction.state.events.window() != state.events.window()
      state = transaction.state
      return (value, appendsEvents)
    }
  }

  package func close() {}
}

/// Everything that a ``MemoryPDSStore`` keeps.
struct MemoryPDSState: Sendable {
  var accounts = MemoryAccountTable()
  var refreshTokens: [String: RefreshToken] = [:]
  var mailTokens: [DID: [MailTokenPurpose: MailTokenEntry]] = [:]
  var invites: [String: InviteCode] = [:]
  var takedowns: [TakedownSubject: String] = [:]
  var secrets: [String: [UInt8]] = [:]
  var repositories: [DID: MemoryRepository] = [:]
  var blobs: [DID: MemoryBlobTable] = [:]
  var blobDeletions: [CID: MemoryBlobDeletion] = [:]
  var preferences: [DID: [StoredPreference]] = [:]
  var oauth = MemoryOAuthTable()
  var events = MemoryEvents()
}

final class MemoryPDSTransaction: PDSTransaction {
  private(set) var state: MemoryPDSState
  private let isReadOnly: Bool

  init(_ state: MemoryPDSState, isReadOnly: Bool) {
    self.state = state
    self.isReadOnly = isReadOnly
  }

  /// Changes the state. Throws in a read-only transaction.
  func change<Value>(_ body: (inout MemoryPDSState) throws -> Value) throws -> Value {
    guard !isReadOnly else {
      throw ServiceError(.storage, "cannot write in a read-only transaction")
    }
    return try body(&state)
  }

  /// Changes the data of an account. Throws if the account does not exist.
  func change<Value>(
    of did: DID,
    _ body: (inout MemoryPDSState) throws -> Value
  ) throws -> Value {
    guard state.accounts.rows[did] != nil else {
      throw ServiceError(.storage, "cannot store data of \(did): the account does not exist")
    }
    return try change(body)
  }

  var accounts: any AccountStore { MemoryAccounts(transaction: self) }
  var refreshTokens: any RefreshTokenStore { MemoryRefreshTokens(transaction: self) }
  var appPasswords: any AppPasswordStore { MemoryAppPasswords(transaction: self) }
  var mailTokens: any MailTokenStore { MemoryMailTokens(transaction: self) }
  var invites: any InviteStore { MemoryInvites(transaction: self) }
  var takedowns: any TakedownStore { MemoryTakedowns(transaction: self) }
  var secrets: any SecretStore { MemorySecrets(transaction: self) }
  var repositories: any RepositoryStore { MemoryRepositories(transaction: self) }
  var blobs: any BlobIndex { MemoryBlobs(transaction: self) }
  var preferences: any PreferenceStore { MemoryPreferences(transaction: self) }
  var oauth: any OAuthStore { MemoryOAuth(transaction: self) }
  var sequence: any EventLogStore { MemorySequence(transaction: self) }
}

extension ServiceError {
  /// The error for a row that already exists.
  static func exists(_ what: String) -> ServiceError {
    ServiceError(.storage, "cannot store \(what): it already exists")
  }
}
