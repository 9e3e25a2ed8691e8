import ATProtoCrypto
import ATProtoSyntax
import ComAtprotoAPI
import Logging
import ServiceKit
import XRPC
import XRPCServer

// The email of an account.
extension Accounts {
  /// Emails the token that ``confirmEmail(_:token:of:)`` requires.
  func requestEmailConfirmation(of account: Account) async throws {
    try await mailTokens.send(.confirmEmail, to: account)
  }

  /// Confirms the email of an account.
  ///
  /// Throws `AccountNotFound`, `InvalidEmail` if `email` is not the account's, `InvalidToken` or
  /// `ExpiredToken`.
  func confirmEmail(_ email: String, token: String, of did: DID) async throws {
    try await store.write { transaction in
      guard let account = try transaction.accounts.account(did) else {
        throw ComAtproto.Server.ConfirmEmail.Failure.accountNotFound(message: nil)
      }
      guard account.email.lowercased() == email.lowercased() else {
        throw ComAtproto.Server.ConfirmEmail.Failure.invalidEmail(
          message: "not the email of this account"
        )
      }
      try mailTokens.redeem(token, for: .confirmEmail, of: did, in: transaction)
      try transaction.accounts.setEmailConfirmed(of: did, at: currentSeconds())
    }
  }

  /// Emails the token that ``updateEmail(_:token:of:)`` requires if the current email is confirmed.
  func requestEmailUpdate(of account: Account) async throws {
    try await mailTokens.send(.updateEmail, to: account)
  }

  /// Changes the email of an account at its owner's request.
  ///
  /// Throws `TokenRequired` if there is no token and the current email is confirmed,
  /// `InvalidToken`, `ExpiredToken`, or `InvalidRequest` if the new email is not valid or in use.
  func updateEmail(_ email: String, token: String?, of did: DID) async throws {
    try await store.write { transaction in
      let isConfirmed = try transaction.accounts.account(did)?.emailConfirmedAt != nil
      if let token {
        try mailTokens.redeem(token, for: .updateEmail, of: did, in: transaction)
      } else if isConfirmed {
        throw ComAtproto.Server.UpdateEmail.Failure.tokenRequired(
          message: "a token from requestEmailUpdate is required"
        )
      }
      try transaction.setEmail(email, of: did)
    }
  }

  /// Changes the email of an account at the administrator's request.
  ///
  /// Throws `NotFound`, or `InvalidRequest` if the email is not valid or in use.
  func setEmail(_ email: String, of identifier: ATIdentifier) async throws {
    try await store.write { transaction in
      guard let account = try transaction.accounts.account(identifier) else {
        throw XRPCServerError.accountNotFound
      }
      try transaction.setEmail(email, of: account.did)
    }
  }
}

extension Accounts {
  /// Emails an account's owner a message from the administrator.
  ///
  /// Throws `InvalidRequest` if the server cannot send mail.
  ///
  /// - Parameter subject: nil for a subject that names the server.
  func sendMail(_ body: String, subject: String?, to account: Account) async throws {
    try await mailTokens.mailer.send(
      MailContent(subject: subject ?? "A message from \(mailTokens.hostname)", body: body),
      to: account.email
    )
  }
}

// The password of an account.
extension Accounts {
  /// The duration of ``requestPasswordReset(email:)``, which sends the email in the background.
  private static let requestDuration = Duration.milliseconds(400)

  /// Emails a token with which the password can be reset. Neither the result nor the duration
  /// reveals whether an account has the email.
  ///
  /// Throws `InvalidRequest` if the server cannot send mail.
  func requestPasswordReset(email: String) async throws {
    try mailTokens.mailer.check()
    Task {
      do {
        let account = try await store.read { transaction in
          try transaction.accounts.account(email: email)
        }
        // A new token voids the one before, so an outsider who asks again and again would keep the
        // owner from using any.
        guard let account else { return }
        if passwordResets?.consume(by: account.did).isExceeded ?? false { return }
        try await mailsInBackground.run {
          try await mailTokens.send(.resetPassword, to: account)
        }
      } catch {
        logger.error("cannot email a password reset token", metadata: ["error": "\(error)"])
      }
    }
    try await Task.sleep(for: Self.requestDuration)
  }

  /// Sets a new password, which ends all sessions of the account.
  ///
  /// Throws `InvalidToken`, `ExpiredToken`, or `InvalidRequest` if the length of the password is not
  /// valid.
  func resetPassword(_ password: String, token: String) async throws {
    // Checked before the costly hash, and again in the transaction that redeems the token.
    let did = try await mailTokens.owner(of: token, for: .resetPassword)
    let hash = try await passwords.hashNew(password)
    try await store.write { transaction in
      try mailTokens.redeem(token, for: .resetPassword, of: did, in: transaction)
      try transaction.setPassword(hash, of: did)
    }
  }

  /// Sets a new password at the administrator's request, which ends all sessions of the account.
  ///
  /// Throws `NotFound`, or `InvalidRequest` if the length of the password is not valid.
  func setPassword(_ password: String, of did: DID) async throws {
    let hash = try await passwords.hashNew(password)
    try await store.write { transaction in
      guard try transaction.accounts.status(of: did) != nil else {
        throw XRPCServerError.accountNotFound
      }
      try transaction.setPassword(hash, of: did)
    }
  }
}

extension PDSTransaction {
  /// Sets a new password, voids tokens for resetting it, and ends everything that acts for the
  /// account: someone else may have known the old one.
  func setPassword(_ hash: PasswordHash, of did: DID) throws {
    try accounts.setPassword(hash, of: did)
    try mailTokens.remove(.resetPassword, of: did)
    try endAccess(to: did)
  }

  /// Sets a new email, which is not confirmed yet. Tokens that were sent to the old email become
  /// invalid.
  fileprivate func setEmail(_ email: String, of did: DID) throws {
    guard AccountApplication.isPlausible(email), (try? MailAddress(email)) != nil else {
      throw XRPCServerError.invalidRequest("'email' is not a valid email")
    }
    if let other = try accounts.account(email: email), other.did != did {
      throw XRPCServerError.invalidRequest("the email is already in use")
    }
    try accounts.setEmail(email, of: did)
    try mailTokens.removeAll(of: did)
  }
}
