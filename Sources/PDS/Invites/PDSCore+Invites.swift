import ATProtoCrypto
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension PDSCore {
  /// Codes of one call; a person cannot give away more.
  static let maximumInviteCodes = 1000

  /// Uses a code up for a new account, within the transaction that makes it.
  ///
  /// Throws `InvalidInviteCode` where there is no such code, or it is used up or disabled, or whose
  /// it was is taken down.
  func useInviteCode(
    _ code: String,
    by did: DID,
    in transaction: any PDSTransaction
  ) throws {
    try checkInviteCode(code, in: transaction)
    try transaction.invites.use(code, by: did, at: currentSeconds())
  }

  /// The same question before the costly part of making an account.
  func checkInviteCode(_ code: String, in transaction: any PDSTransaction) throws {
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

  /// Makes `count` codes for each account.
  func createInviteCodes(
    _ count: Int,
    capacity: Int,
    for accounts: [String]
  ) async throws -> [(account: String, codes: [String])] {
    guard capacity >= 1, count >= 1, count <= Self.maximumInviteCodes,
      accounts.count <= Self.maximumInviteCodes,
      count * accounts.count <= Self.maximumInviteCodes
    else {
      throw XRPCServerError.invalidRequest(
        "1 to \(Self.maximumInviteCodes) codes, each for one account at least"
      )
    }
    let now = currentSeconds()
    let made = accounts.map { account in
      (account: account, codes: (0..<count).map { _ in newInviteCode() })
    }
    try await store.write { transaction in
      for (account, codes) in made {
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
    return made
  }

  /// Says whose server it is for, in a form that is not taken for a link: `pds-test-abcde-fghij`.
  private func newInviteCode() -> String {
    "\(configuration.hostname.replacing(".", with: "-"))-\(MailToken.make().lowercased())"
  }
}
