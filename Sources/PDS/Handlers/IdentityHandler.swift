import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

/// `com.atproto.identity`: who is who, and what the DIDs of the accounts here say.
struct IdentityHandler: ComAtproto.Identity.Handler {
  let core: PDSCore

  /// Accounts here are known; of other handles the network is asked.
  func resolveHandle(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveHandle>
  ) async throws -> ComAtproto.Identity.ResolveHandle.Output {
    typealias Failure = ComAtproto.Identity.ResolveHandle.Failure
    let handle = try request.parameters.handle.parsed().normalized
    if let did = try await core.localDID(of: handle) {
      return ComAtproto.Identity.ResolveHandle.Output(did: FormatString(did))
    }
    guard !HandlePolicy(core.configuration).covers(handle) else {
      throw Failure.handleNotFound(message: "\(handle) is no account here")
    }
    do throws(IdentityError) {
      let did = try await core.identities.did(of: handle)
      return ComAtproto.Identity.ResolveHandle.Output(did: FormatString(did))
    } catch {
      guard !error.isTransient else { throw XRPCServerError.upstreamFailure(error.reason) }
      throw Failure.handleNotFound(message: "\(handle) leads nowhere")
    }
  }

  func resolveDid(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveDid>
  ) async throws -> ComAtproto.Identity.ResolveDid.Output {
    typealias Failure = ComAtproto.Identity.ResolveDid.Failure
    let did = try request.parameters.did.parsed()
    do throws(IdentityError) {
      let identity = try await core.identities.identity(of: did)
      return ComAtproto.Identity.ResolveDid.Output(didDoc: identity.document.value)
    } catch {
      guard !error.isTransient else { throw XRPCServerError.upstreamFailure(error.reason) }
      throw error.code == .deactivated
        ? Failure.didDeactivated(message: error.reason) : Failure.didNotFound(message: error.reason)
    }
  }

  func resolveIdentity(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveIdentity>
  ) async throws -> ComAtproto.Identity.Defs.IdentityInfo {
    try await info(of: request.parameters.identifier.parsed())
  }

  func refreshIdentity(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.RefreshIdentity>
  ) async throws -> ComAtproto.Identity.Defs.IdentityInfo {
    _ = try await core.authorize(request.context, .anySession)
    let identifier = try request.input.identifier.parsed()
    let did: DID?
    switch identifier.normalized {
    case .did(let named): did = named
    case .handle(let handle): did = try? await core.identities.did(of: handle)
    }
    if let did { await core.identities.purge(did, handle: identifier.handle) }
    return try await info(of: identifier)
  }

  private func info(
    of identifier: ATIdentifier
  ) async throws -> ComAtproto.Identity.Defs.IdentityInfo {
    do throws(IdentityError) {
      let identity = try await core.identities.identity(of: identifier.normalized)
      return ComAtproto.Identity.Defs.IdentityInfo(
        did: FormatString(identity.did),
        handle: FormatString(identity.handle),
        didDoc: identity.document.value
      )
    } catch {
      guard !error.isTransient else { throw XRPCServerError.upstreamFailure(error.reason) }
      let name =
        error.code == .deactivated
        ? "DidDeactivated" : identifier.handle == nil ? "DidNotFound" : "HandleNotFound"
      throw XRPCServerError(status: .badRequest, name: name, message: error.reason)
    }
  }

  func updateHandle(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.UpdateHandle>
  ) async throws {
    let account = try await core.authorize(request.context, .accountPassword).account
    try core.limits?.handleChange(of: account.did, request.context)
    let wished = try request.input.handle.parsed()
    do {
      try await core.setHandle(wished, of: account)
    } catch let failure as ComAtproto.Server.CreateAccount.Failure {
      throw XRPCServerError(failure, status: .badRequest)
    }
  }
}

extension PDSCore {
  func localDID(of handle: Handle) async throws -> DID? {
    try await store.read { transaction in try transaction.accounts.account(handle)?.did }
  }
}
