import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Logging
import ServiceKit
import XRPC
import XRPCServer

/// The accounts of the server: lookup, hosting status, email, and password.
struct Accounts: Sendable {
  /// The most keys that are reserved at once. Anyone can reserve one, so the number is limited.
  static let maximumReservedKeys = 100_000

  let store: any PDSStore
  let passwords: PasswordHasher
  let mailTokens: MailTokens
  /// Counts the emails to one account that anyone can cause, whatever their network. Nil if rate
  /// limits are off.
  let passwordResets: RateLimiter?
  /// The mails that are under way: each can be a process.
  let mailsInBackground = AsyncSemaphore(8)
  let logger: Logger

  /// Returns nil if there is no such account.
  func account(_ identifier: ATIdentifier) async throws -> Account? {
    try await store.read { transaction in try transaction.accounts.account(identifier) }
  }

  /// Returns nil if there is no such account.
  func account(_ did: DID) async throws -> Account? {
    try await store.read { transaction in try transaction.accounts.account(did) }
  }

  /// Returns nil if no account has the handle, which is in lower case.
  func account(_ handle: Handle) async throws -> Account? {
    try await store.read { transaction in try transaction.accounts.account(handle) }
  }

  /// Throws `NotFound` if there is no such account.
  func existing(_ did: DID) async throws -> Account {
    guard let account = try await account(did) else { throw XRPCServerError.accountNotFound }
    return account
  }

  /// The accounts as the administrator sees them. Accounts that do not exist are left out.
  func details(of dids: [DID]) async throws -> [AccountDetails] {
    try await store.read { transaction in
      try dids.compactMap { did in
        try transaction.accounts.account(did).map { try AccountDetails($0, transaction) }
      }
    }
  }

  /// A page of all accounts by DID.
  ///
  /// - Parameters:
  ///   - email: part of the email; nil for any.
  ///   - cursor: the last DID of the previous page.
  func search(email: String?, after cursor: String?, limit: Int) async throws -> [AccountDetails] {
    try await store.read { transaction in
      try transaction.accounts.page(email: email, after: cursor, limit: limit)
        .map { try AccountDetails($0, transaction) }
    }
  }

  /// The signing key that is reserved for an account. Returns the same key each time for the same
  /// DID.
  ///
  /// Throws 503 if ``maximumReservedKeys`` are reserved.
  ///
  /// - Parameter did: nil to reserve a key for any account that names it.
  func reserveSigningKey(for did: DID?) async throws -> PublicKey {
    try await store.write { transaction in
      if let did, let key = try transaction.accounts.reservedKey(for: did, orNamed: nil) {
        return key.publicKey
      }
      guard try transaction.accounts.reservedKeyCount() < Self.maximumReservedKeys else {
        throw XRPCServerError.notEnoughResources("too many signing keys are reserved; try later")
      }
      let key = PrivateKey(generating: .k256)
      try transaction.accounts.reserve(key, for: did)
      return key.publicKey
    }
  }
}

// Hosting status (Account specification; guides "Account Lifecycle" and "Account Migration").
extension Accounts {
  /// Deactivates an account at its owner's request: it is not served until it is activated again.
  ///
  /// - Parameter deleteAfter: the time at which to delete the account unless it is activated before
  ///   then, in seconds since 1970; nil for never.
  func deactivate(_ did: DID, deleteAfter: Int?) async throws {
    try await store.write { transaction in
      try transaction.deactivate(did)
      try transaction.accounts.setDeleteAfter(deleteAfter, of: did)
    }
  }

  /// Deactivates an account at the administrator's request. A scheduled deletion stays as it is.
  ///
  /// Throws `NotFound` if there is no such account.
  func deactivate(_ did: DID) async throws {
    try await store.write { transaction in try transaction.deactivate(did) }
  }

  /// Activates an account and cancels its scheduled deletion. Subscribers are sent its status, its
  /// identity, and the state of its repository, because they could not see changes while it was
  /// inactive (Sync specification, "Account Migration").
  ///
  /// Throws `NotFound` if there is no such account.
  func activate(_ did: DID) async throws {
    try await store.write { transaction in
      guard let before = try transaction.accounts.status(of: did) else {
        throw XRPCServerError.subjectNotFound
      }
      try transaction.accounts.set(.deactivated, false, of: did)
      try transaction.accounts.setDeleteAfter(nil, of: did)
      guard let account = try transaction.accounts.account(did), account.status != before else {
        return
      }
      try transaction.sequence.append(.account(did, account.status))
      guard account.status.isActive else { return }
      try transaction.sequence.append(.identity(did, account.handle))
      let blocks = transaction.repositories.blocks(of: did)
      guard let head = try transaction.repositories.head(of: did),
        let block = try blocks.block(head.head)
      else { throw ServiceError(.corruption, "\(did) has no repository") }
      try transaction.sequence.append(.sync(Commit(block: block, cid: head.head)))
    }
  }

  /// Counts what the server stores for an account.
  func counts(of did: DID) async throws -> AccountCounts {
    try await store.read { transaction in try AccountCounts(of: did, in: transaction) }
  }
}

extension PDSTransaction {
  fileprivate func deactivate(_ did: DID) throws {
    guard let before = try accounts.status(of: did) else { throw XRPCServerError.subjectNotFound }
    try accounts.set(.deactivated, true, of: did)
    try sequenceStatus(of: did, ifChangedFrom: before)
  }
}

/// An account as the administrator sees it.
struct AccountDetails: Sendable {
  var account: Account
  /// The code with which the account was created.
  var invitedBy: InviteCode?
  /// The codes that belong to the account.
  var invites: [InviteCode]

  fileprivate init(_ account: Account, _ transaction: any PDSTransaction) throws {
    self.account = account
    invitedBy = try transaction.invites.code(usedBy: account.did)
    invites = try transaction.invites.codes(of: account.did.string)
  }
}

/// The state of an account's data, as `checkAccountStatus` reports it.
struct AccountCounts: Sendable {
  var head: RepositoryHead
  var blocks: Int
  var records: Int
  var preferences: Int
  var blobs: BlobCounts

  fileprivate init(of did: DID, in transaction: any PDSTransaction) throws {
    guard let head = try transaction.repositories.head(of: did) else {
      throw ServiceError(.corruption, "\(did) has no repository")
    }
    self.head = head
    blocks = try transaction.repositories.blocks(of: did).count()
    records = try transaction.repositories.records(of: did).count()
    preferences = try transaction.preferences.preferences(of: did).count
    blobs = try transaction.blobs.counts(of: did)
  }
}
