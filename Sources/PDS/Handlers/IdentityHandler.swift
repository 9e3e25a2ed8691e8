import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

/// `com.atproto.identity`: resolution of handles and DIDs, and changes to the DIDs of accounts.
struct IdentityHandler: ComAtproto.Identity.Handler {
  let identities: Identities
  let sessions: Sessions
  /// Nil if rate limits are off.
  let limits: CallLimits?

  func resolveHandle(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveHandle>
  ) async throws -> ComAtproto.Identity.ResolveHandle.Output {
    let handle = try request.parameters.handle.parsed().normalized
    return ComAtproto.Identity.ResolveHandle.Output(
      did: FormatString(try await identities.resolve(handle))
    )
  }

  func resolveDid(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveDid>
  ) async throws -> ComAtproto.Identity.ResolveDid.Output {
    let document = try await identities.resolve(request.parameters.did.parsed())
    return ComAtproto.Identity.ResolveDid.Output(didDoc: document.value)
  }

  func resolveIdentity(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveIdentity>
  ) async throws -> ComAtproto.Identity.Defs.IdentityInfo {
    let identity = try await identities.resolve(request.parameters.identifier.parsed())
    return ComAtproto.Identity.Defs.IdentityInfo(identity)
  }

  func refreshIdentity(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.RefreshIdentity>
  ) async throws -> ComAtproto.Identity.Defs.IdentityInfo {
    _ = try await request.context.authenticated(by: sessions.access(.anySession))
    let identity = try await identities.refresh(request.input.identifier.parsed())
    return ComAtproto.Identity.Defs.IdentityInfo(identity)
  }

  func updateHandle(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.UpdateHandle>
  ) async throws {
    let account = try await request.context.authenticated(by: sessions.access(.accountPassword))
      .account
    try limits?.handleChange(of: account.did, request.context)
    try await identities.setHandle(request.input.handle.parsed(), of: account)
  }
}

extension ComAtproto.Identity.Defs.IdentityInfo {
  fileprivate init(_ identity: Identity) {
    self.init(
      did: FormatString(identity.did),
      handle: FormatString(identity.handle),
      didDoc: identity.document.value
    )
  }
}
