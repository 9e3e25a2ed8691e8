import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import XRPCClient

/// The identities of the accounts of a server on this machine, which the user named and trusts, as it
/// describes them; all others as they are in the network.
struct LocalIdentityDirectory: IdentityDirectory {
  let server: XRPCClient
  let other: any IdentityDirectory

  func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    let answer = try? await server.comAtproto.repo.describeRepo(
      ComAtproto.Repo.DescribeRepo.Parameters(repo: FormatString(did.string))
    )
    guard let answer, let document = try? DIDDocument(answer.didDoc), document.id == did else {
      return try await other.identity(of: did, resolvedFrom: handle)
    }
    let confirmed = answer.handleIsCorrect ? try? answer.handle.parsed().normalized : nil
    return Identity(document: document, handle: confirmed ?? .invalid)
  }

  func did(of handle: Handle) async throws(IdentityError) -> DID {
    let answer = try? await server.comAtproto.identity.resolveHandle(
      ComAtproto.Identity.ResolveHandle.Parameters(handle: FormatString(handle.string))
    )
    if let did = try? answer?.did.parsed() { return did }
    return try await other.did(of: handle)
  }

  func purge(_ did: DID, handle: Handle?) async {
    await other.purge(did, handle: handle)
  }
}
