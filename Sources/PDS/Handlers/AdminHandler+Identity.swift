import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import ServiceKit
import XRPC
import XRPCServer

// Handles and signing keys of accounts.
extension AdminHandler {
  func updateAccountHandle(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateAccountHandle>
  ) async throws {
    try await administrator.check(request.context)
    let account = try await accounts.existing(request.input.did.parsed())
    try await identities.setHandle(
      request.input.handle.parsed(),
      of: account,
      isReservedAllowed: true
    )
  }

  /// Makes the DID name the key. The key must be one that `reserveSigningKey` reserved for the
  /// account, because private keys are never transferred.
  func updateAccountSigningKey(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateAccountSigningKey>
  ) async throws {
    try await administrator.check(request.context)
    let did = try await accounts.existing(request.input.did.parsed()).did
    let text = try request.input.signingKey.parsed().string
    guard let named = try? PublicKey(didKey: text) else {
      throw XRPCServerError.invalidRequest("signingKey is not a valid did:key")
    }
    try await identities.setSigningKey(named, of: did)
  }
}
