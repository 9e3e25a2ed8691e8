import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import ServiceKit
import XRPC
import XRPCServer

/// `com.atproto.sync`: repositories and blobs, for everyone.
struct SyncHandler: ComAtproto.Sync.Handler {
  let repositories: Repositories
  let blobs: Blobs
  let hiddenData: HiddenDataAccess

  func getLatestCommit(
    _ request: XRPCRequest<ComAtproto.Sync.GetLatestCommit>
  ) async throws -> ComAtproto.Sync.GetLatestCommit.Output {
    let entry = try await repositories.head(of: request.parameters.did.parsed())
    return ComAtproto.Sync.GetLatestCommit.Output(
      cid: entry.head.formatted,
      rev: FormatString(entry.rev)
    )
  }

  func getHead(
    _ request: XRPCRequest<ComAtproto.Sync.GetHead>
  ) async throws -> ComAtproto.Sync.GetHead.Output {
    let entry = try await repositories.legacyHead(of: request.parameters.did.parsed())
    return ComAtproto.Sync.GetHead.Output(root: entry.head.formatted)
  }

  /// Also responds for accounts that are not served, with the reason.
  func getRepoStatus(
    _ request: XRPCRequest<ComAtproto.Sync.GetRepoStatus>
  ) async throws -> ComAtproto.Sync.GetRepoStatus.Output {
    let repository = try await repositories.status(of: request.parameters.did.parsed())
    let status = repository.status
    return ComAtproto.Sync.GetRepoStatus.Output(
      did: FormatString(repository.head.did),
      active: status.isActive,
      status: status.wireValue.map { ComAtproto.Sync.GetRepoStatus.Output.Status($0) },
      rev: status.isActive ? FormatString(repository.head.rev) : nil
    )
  }

  func getRepo(_ request: XRPCRequest<ComAtproto.Sync.GetRepo>) async throws -> RawBody {
    let did = try request.parameters.did.parsed()
    let since = try request.parameters.since?.parsed()
    return try await repositories.export(
      did,
      since: since,
      includesHidden: hiddenData.isGranted(to: request.context, for: did),
      for: request.context.clientNetwork
    )
  }

  func getCheckout(_ request: XRPCRequest<ComAtproto.Sync.GetCheckout>) async throws -> RawBody {
    try await repositories.export(
      request.parameters.did.parsed(),
      since: nil,
      includesHidden: false,
      for: request.context.clientNetwork
    )
  }

  func getRecord(_ request: XRPCRequest<ComAtproto.Sync.GetRecord>) async throws -> RawBody {
    let parameters = request.parameters
    let did = try parameters.did.parsed()
    let path = try RepoPath(checking: parameters.collection, parameters.rkey)
    return try await repositories.proof(of: path, in: did)
  }

  func getBlocks(_ request: XRPCRequest<ComAtproto.Sync.GetBlocks>) async throws -> RawBody {
    let did = try request.parameters.did.parsed()
    let cids = try request.parameters.cids.map { try CID(checking: $0) }
    return try await repositories.export(cids, of: did, for: request.context.clientNetwork)
  }

  /// Blob specification, "Security": an uploaded file must not run in a browser as a page of this
  /// server.
  func getBlob(_ request: XRPCRequest<ComAtproto.Sync.GetBlob>) async throws -> RawBody {
    let did = try request.parameters.did.parsed()
    let cid = try CID(checking: request.parameters.cid)
    let (stream, mimeType) = try await blobs.content(
      of: cid,
      of: did,
      includesHidden: hiddenData.isGranted(to: request.context, for: did)
    )
    let headers = request.context.responseHeaders
    headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
    headers[.xContentTypeOptions] = "nosniff"
    headers[.contentDisposition] = #"attachment; filename="\#(cid)""#
    return RawBody(stream: stream, contentType: mimeType)
  }
}
