import ATProtoCrypto
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// Invite codes: issuing, listing, disabling, and using them.
struct Invites: Sendable {
  /// The number of codes that one call can create.
  static let maximumCodes = 1000

  let store: any PDSStore
  /// The beginning of every code.
  let hostname: String
  /// Whether a new account needs an invite code.
  let areRequired: Bool

  init(_ store: any PDSStore, _ configuration: PDSConfiguration) {
    self.store = store
    hostname = configuration.hostname
    areRequired = configuration.isInviteRequired
  }

  /// Creates `count` codes for each account.
  ///
  /// Throws `InvalidRequest` if that is more than ``maximumCodes``, or if a number is not positive.
  ///
  /// - Parameters:
  ///   - capacity: the number of accounts that can be created with each code.
  ///   - accounts: DIDs, or ``InviteCode/administrator``.
  func create(
    _ count: Int,
    capacity: Int,
    for accounts: [String]
  ) async throws -> [(account: String, codes: [String])] {
    guard capacity >= 1, count >= 1, count <= Self.maximumCodes,
      accounts.count <= Self.maximumCodes,
      count * accounts.count <= Self.maximumCodes
    else {
      throw XRPCServerError.invalidRequest(
        "a call must create 1 to \(Self.maximumCodes) codes, and each code must allow at least one "
          + "account"
      )
    }
    let now = currentSeconds()
    let created = accounts.map { account in
      (account: account, codes: (0..<count).map { _ in newCode() })
    }
    try await store.write { transaction in
      for (account, codes) in created {
        for code in codes {
          try transaction.invites.insert(
            InviteCode(
              code: code,
              capacity: capacity,
              forAccount: account,
              createdBy: InviteCode.administrator,
              createdAt: now
            )
          )
        }
      }
    }
    return created
  }

  /// A code that names the server, in a form that cannot be mistaken for a link:
  /// `pds-test-abcde-fghij`.
  private func newCode() -> String {
    "\(hostname.replacing(".", with: "-"))-\(MailToken.make().lowercased())"
  }

  /// The codes that belong to an account.
  func codes(of did: DID) async throws -> [InviteCode] {
    try await store.read { transaction in try transaction.invites.codes(of: did.string) }
  }

  /// A page of all codes.
  func page(
    _ order: InviteOrder,
    after cursor: InviteCursor?,
    limit: Int
  ) async throws -> [InviteCode] {
    try await store.read { transaction in
      try transaction.invites.page(order, after: cursor, limit: limit)
    }
  }

  /// Disables single codes, and all codes of some accounts.
  ///
  /// Throws `InvalidRequest` if `accounts` includes the administrator.
  func disable(_ codes: [String], of accounts: [String]) async throws {
    if accounts.contains(InviteCode.administrator) {
      throw XRPCServerError.invalidRequest(
        "cannot disable all codes of the administrator; list them in 'codes'"
      )
    }
    try await store.write { transaction in
      try transaction.invites.disable(codes, of: accounts)
    }
  }

  /// Sets whether an account can receive further invite codes.
  ///
  /// Throws `NotFound` if there is no such account.
  func setDisabled(_ areDisabled: Bool, for did: DID) async throws {
    try await store.write { transaction in
      guard try transaction.accounts.status(of: did) != nil else {
        throw XRPCServerError.accountNotFound
      }
      try transaction.accounts.setInvitesDisabled(areDisabled, of: did)
    }
  }

  /// Records that a new account was created with a code, within the transaction that creates it.
  ///
  /// Throws `InvalidInviteCode` as ``check(_:in:)`` does.
  func use(_ code: String, by did: DID, in transaction: any PDSTransaction) throws {
    try check(code, in: transaction)
    try transaction.invites.use(code, by: did, at: currentSeconds())
  }

  /// Throws `InvalidInviteCode` if the code does not exist, is used up or disabled, or belongs to an
  /// account that has been taken down.
  func check(_ code: String, in transaction: any PDSTransaction) throws {
    guard let found = try transaction.invites.code(code), found.isAvailable,
      try isInGoodStanding(found.forAccount, transaction)
    else {
      throw ComAtproto.Server.CreateAccount.Failure.invalidInviteCode(
        message: "the invite code is not available"
      )
    }
  }

  private func isInGoodStanding(
    _ account: String,
    _ transaction: any PDSTransaction
  ) throws -> Bool {
    guard let did = try? DID(account) else { return account == InviteCode.administrator }
    switch try transaction.accounts.status(of: did) {
    case .active, .deactivated: return true
    case .takendown, .suspended, .deleted, nil: return false
    }
  }
}
