import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

// Names and keys of accounts, for the administrator.
extension AdminHandler {
  func updateAccountHandle(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateAccountHandle>
  ) async throws {
    try await core.checkAdministrator(request.context)
    let account = try await account(request.input.did.parsed())
    let wished = try request.input.handle.parsed()
    do {
      try await core.setHandle(wished, of: account, isReservedAllowed: true)
    } catch let failure as ComAtproto.Server.CreateAccount.Failure {
      throw XRPCServerError(failure, status: .badRequest)
    }
  }

  /// The DID names the key from now on. A private key never travels, so it is one of those that
  /// `reserveSigningKey` keeps here for the account.
  func updateAccountSigningKey(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateAccountSigningKey>
  ) async throws {
    try await core.checkAdministrator(request.context)
    let did = try await account(request.input.did.parsed()).did
    let text = try request.input.signingKey.parsed().string
    guard let named = try? PublicKey(didKey: text) else {
      throw XRPCServerError.invalidRequest("signingKey is no did:key")
    }
    let reserved = try await core.store.read { transaction in
      try transaction.accounts.reservedKey(for: did, orNamed: named)
    }
    guard let key = reserved, key.publicKey == named else {
      throw XRPCServerError.invalidRequest("the key was not reserved here for the account")
    }
    let tids = core.tids
    try await core.changeIdentity(of: did) { data in
      data.signingKey = named
    } _: { transaction in
      try transaction.accounts.setSigningKey(key, of: did)
      try transaction.accounts.removeReservedKey(named)
      // The newest commit has to be verifiable with what the DID says.
      try RepositoryEdit.signAnew(did, key: key, in: transaction, tids)
    }
  }

  private func account(_ did: DID) async throws -> Account {
    let account = try await core.store.read { transaction in try transaction.accounts.account(did) }
    guard let account else { throw XRPCServerError.accountNotFound }
    return account
  }
}
