import ATProtoSyntax
import ComAtprotoAPI
import Logging
import ServiceKit
import XRPC

extension ServerHandler {
  /// How long the answer takes, whether or not there is such an account: a mail goes out meanwhile.
  private static let answerTime = Duration.milliseconds(400)

  /// Whether there is an account of that address shows in neither the answer nor its time.
  func requestPasswordReset(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RequestPasswordReset>
  ) async throws {
    try core.postOffice.check()
    let email = request.input.email
    Task { [core] in
      do {
        let account = try await core.store.read { transaction in
          try transaction.accounts.account(email: email)
        }
        if let account { try await core.sendToken(.resetPassword, to: account) }
      } catch {
        core.logger.error("a password reset was not mailed", metadata: ["error": "\(error)"])
      }
    }
    try await Task.sleep(for: Self.answerTime)
  }

  func resetPassword(
    _ request: XRPCProcedureRequest<ComAtproto.Server.ResetPassword>
  ) async throws {
    let input = request.input
    // Looked at before the costly hash, and again in the transaction that uses it up.
    let did = try await core.store.read { [core] transaction in
      try core.owner(of: input.token, for: .resetPassword, in: transaction)
    }
    let hash = try await core.hashNewPassword(input.password)
    try await core.store.write { [core] transaction in
      try core.redeem(input.token, for: .resetPassword, of: did, in: transaction)
      try core.setPassword(hash, of: did, in: transaction)
    }
  }
}
