import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import XRPC

extension SyncHandler {
  func listRepos(
    _ request: XRPCRequest<ComAtproto.Sync.ListRepos>
  ) async throws -> ComAtproto.Sync.ListRepos.Output {
    let parameters = request.parameters
    let entries = try await repositories.page(after: parameters.cursor, limit: parameters.limit)
    return ComAtproto.Sync.ListRepos.Output(
      cursor: entries.count == parameters.limit ? entries.last?.head.did.string : nil,
      repos: entries.map { entry in
        ComAtproto.Sync.ListRepos.Repo(
          did: FormatString(entry.head.did),
          head: entry.head.head.formatted,
          rev: FormatString(entry.head.rev),
          active: entry.status.isActive,
          status: entry.status.wireValue.map { ComAtproto.Sync.ListRepos.Repo.Status($0) }
        )
      }
    )
  }

  func listReposByCollection(
    _ request: XRPCRequest<ComAtproto.Sync.ListReposByCollection>
  ) async throws -> ComAtproto.Sync.ListReposByCollection.Output {
    let parameters = request.parameters
    let collection = try parameters.collection.parsed()
    let dids = try await repositories.page(
      with: collection,
      after: parameters.cursor,
      limit: parameters.limit
    )
    return ComAtproto.Sync.ListReposByCollection.Output(
      cursor: dids.count == parameters.limit ? dids.last?.string : nil,
      repos: dids.map { ComAtproto.Sync.ListReposByCollection.Repo(did: FormatString($0)) }
    )
  }

  func listBlobs(
    _ request: XRPCRequest<ComAtproto.Sync.ListBlobs>
  ) async throws -> ComAtproto.Sync.ListBlobs.Output {
    let parameters = request.parameters
    let did = try parameters.did.parsed()
    let since = try parameters.since?.parsed()
    let page = try await blobs.page(
      of: did,
      since: since,
      after: parameters.cursor,
      limit: parameters.limit,
      includesHidden: hiddenData.isGranted(to: request.context, for: did)
    )
    return ComAtproto.Sync.ListBlobs.Output(
      cursor: page.next,
      cids: page.cids.map(\.formatted)
    )
  }
}
