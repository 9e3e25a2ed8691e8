import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

/// `com.atproto.identity`: resolution of handles and DIDs at their sources, for everyone.
struct IdentityHandler: ComAtproto.Identity.Handler {
  let directory: any IdentityDirectory

  var routes: [XRPCRoute] {
    let served: Set = [
      ComAtproto.Identity.ResolveHandle.nsid, ComAtproto.Identity.ResolveDid.nsid,
      ComAtproto.Identity.ResolveIdentity.nsid,
    ]
    return ComAtproto.Identity.routes(self).filter { served.contains($0.nsid) }
  }

  func resolveHandle(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveHandle>
  ) async throws -> ComAtproto.Identity.ResolveHandle.Output {
    let did = try await did(of: request.parameters.handle.parsed())
    return ComAtproto.Identity.ResolveHandle.Output(did: FormatString(did))
  }

  func resolveDid(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveDid>
  ) async throws -> ComAtproto.Identity.ResolveDid.Output {
    let did = try request.parameters.did.parsed()
    let document = try await Self.describing("DidNotFound") { () async throws(IdentityError) in
      try await directory.document(of: did)
    }
    return ComAtproto.Identity.ResolveDid.Output(didDoc: document.value)
  }

  /// If the DID document does not claim the handle, the answer has `handle.invalid`.
  func resolveIdentity(
    _ request: XRPCRequest<ComAtproto.Identity.ResolveIdentity>
  ) async throws -> ComAtproto.Identity.Defs.IdentityInfo {
    let did: DID
    let handle: Handle?
    switch try request.parameters.identifier.parsed() {
    case .did(let given): (did, handle) = (given, nil)
    case .handle(let given): (did, handle) = (try await self.did(of: given), given)
    }
    let identity = try await Self.describing("DidNotFound") { () async throws(IdentityError) in
      try await directory.identity(of: did, resolvedFrom: handle)
    }
    return ComAtproto.Identity.Defs.IdentityInfo(
      did: FormatString(identity.did),
      handle: FormatString(identity.handle),
      didDoc: identity.document.value
    )
  }

  private func did(of handle: Handle) async throws -> DID {
    try await Self.describing("HandleNotFound") { () async throws(IdentityError) in
      try await directory.did(of: handle.normalized)
    }
  }

  /// Throws 400 with `name`, or `DidDeactivated`; 502 if the next call may succeed.
  private static func describing<Value>(
    _ name: String,
    _ body: () async throws(IdentityError) -> Value
  ) async throws(XRPCServerError) -> Value {
    do {
      return try await body()
    } catch {
      guard !error.isTransient else {
        throw .upstreamFailure("the source of the identity cannot be reached")
      }
      throw XRPCServerError(
        status: .badRequest,
        name: error.code == .deactivated ? "DidDeactivated" : name,
        message: error.reason
      )
    }
  }
}
