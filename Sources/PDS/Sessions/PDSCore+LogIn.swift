import ATProtoCrypto
import ATProtoSyntax
import XRPC
import XRPCServer

extension PDSCore {
  private struct Candidate: Sendable {
    var account: Account
    var appPasswords: [AppPassword]
  }

  /// Opens a session with the account's password or one of its app passwords.
  ///
  /// Whether there is such an account shows in neither the answer nor the time that it takes.
  ///
  /// - Parameter allowsTakendown: opens one for an account that is taken down too, with which its
  ///   owner can leave; with the account's password only.
  func logIn(
    identifier: String,
    password: String,
    allowsTakendown: Bool
  ) async throws -> (Account, SessionTokenPair) {
    let candidate = try await candidate(identifier)
    guard let candidate, let grant = try await grant(password, candidate) else {
      if candidate == nil { _ = try await passwords.matches(password, nil) }
      throw XRPCServerError.authenticationRequired("invalid identifier or password")
    }
    let did = candidate.account.did
    return try await store.write { [self] transaction in
      // What was compared may have changed since: a password reset ends all sessions.
      guard let account = try transaction.accounts.account(did),
        account.passwordHash == candidate.account.passwordHash,
        try grant.appPassword.map({ name in
          try transaction.appPasswords.all(of: did).contains { $0.name == name }
        }) ?? true
      else { throw XRPCServerError.authenticationRequired("invalid identifier or password") }
      guard account.status.isWithheld else {
        return (account, try startSession(of: did, grant, in: transaction))
      }
      guard allowsTakendown, grant.appPassword == nil else {
        throw XRPCServerError.accountTakedown
      }
      return (account, try startSession(of: did, .takendown, in: transaction))
    }
  }

  private func grant(_ password: String, _ candidate: Candidate) async throws -> SessionGrant? {
    let hash = AppPassword.hash(password, of: candidate.account.did)
    let found = candidate.appPasswords.first { ConstantTime.areEqual($0.hash, hash) }
    if let found {
      return found.grant
    }
    let isMatch = try await passwords.matches(password, candidate.account.passwordHash)
    return isMatch ? .accountPassword : nil
  }

  /// The account of a handle, a DID or an e-mail address, as somebody typed it.
  private func candidate(_ identifier: String) async throws -> Candidate? {
    try await store.read { transaction in
      let accounts = transaction.accounts
      let account: Account? =
        if let identifier = try? ATIdentifier(identifier) {
          try accounts.account(identifier)
        } else if identifier.contains("@") {
          try accounts.account(email: identifier)
        } else {
          nil
        }
      return try account.map { account in
        Candidate(
          account: account,
          appPasswords: try transaction.appPasswords.all(of: account.did)
        )
      }
    }
  }
}
