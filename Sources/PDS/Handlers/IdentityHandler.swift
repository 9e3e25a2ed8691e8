import ATProtoSyntax
import ComAtprotoAPI
import XRPC

/// `com.atproto.identity`, for the accounts that live here: nothing is asked of the network yet.
struct IdentityHandler: ComAtproto.Identity.Handler {
  let core: PDSCore

  func resolveHandle(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveHandle>
  ) async throws -> ComAtproto.Identity.ResolveHandle.Output {
    let handle = try request.parameters.handle.parsed().normalized
    let account = try await core.store.read { transaction in
      try transaction.accounts.account(handle)
    }
    guard let account else {
      throw ComAtproto.Identity.ResolveHandle.Failure.handleNotFound(
        message: "\(handle) is no account here, and other handles are not resolved yet"
      )
    }
    return ComAtproto.Identity.ResolveHandle.Output(did: FormatString(account.did))
  }
}
