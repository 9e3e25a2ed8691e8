import ATProtoCrypto
import ATProtoSyntax
import XRPC
import XRPCServer

extension Sessions {
  private struct Candidate: Sendable {
    var account: Account
    var appPasswords: [AppPassword]
  }

  private static let invalidCredentials = XRPCServerError.authenticationRequired(
    "invalid identifier or password"
  )

  /// Opens a session with the account's password or one of its app passwords.
  ///
  /// Neither the response nor its timing reveals whether the account exists.
  ///
  /// - Parameters:
  ///   - identifier: a handle, a DID or an email.
  ///   - allowsTakendown: whether to open a session with which the owner of an account that has
  ///     been taken down can migrate; requires the account's password.
  func logIn(
    identifier: String,
    password: String,
    allowsTakendown: Bool
  ) async throws -> (account: Account, tokens: SessionTokenPair) {
    let candidate = try await candidate(identifier)
    guard let candidate, let grant = try await grant(password, candidate) else {
      if candidate == nil { _ = try await passwords.matches(password, nil) }
      throw Self.invalidCredentials
    }
    let did = candidate.account.did
    return try await store.write { transaction in
      // The password may have been reset since it was compared, and a reset ends all sessions.
      guard let account = try transaction.accounts.account(did),
        account.passwordHash == candidate.account.passwordHash,
        try grant.appPassword.map({ name in
          try transaction.appPasswords.all(of: did).contains { $0.name == name }
        }) ?? true
      else { throw Self.invalidCredentials }
      guard account.status.isWithheld else {
        return (account, try start(of: did, grant, in: transaction))
      }
      guard allowsTakendown, grant.appPassword == nil else {
        throw XRPCServerError.accountTakedown
      }
      return (account, try start(of: did, .takendown, in: transaction))
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
