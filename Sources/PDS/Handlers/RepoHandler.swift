import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// `com.atproto.repo`: records and blobs. Writes are in RepoHandler+Writes.swift.
struct RepoHandler: ComAtproto.Repo.Handler {
  let repositories: Repositories
  let blobs: Blobs
  let sessions: Sessions
  let identities: Identities
  /// Lexicons that are not compiled into the server.
  let schemas: RecordSchemas
  /// Whether records of repositories on other servers are requested from an app view.
  let hasAppView: Bool
  /// Nil if rate limits are off.
  let limits: CallLimits?

  func describeRepo(
    _ request: XRPCRequest<ComAtproto.Repo.DescribeRepo>
  ) async throws -> ComAtproto.Repo.DescribeRepo.Output {
    let account = try await repositories.account(of: request.parameters.repo.parsed())
    let collections = try await repositories.collections(of: account.did)
    let (document, isHandleCorrect) = try await identities.presentation(of: account)
    return ComAtproto.Repo.DescribeRepo.Output(
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: document,
      collections: collections.map { FormatString($0) },
      handleIsCorrect: isHandleCorrect
    )
  }

  /// A record of a repository on another server is requested from the app view, if there is one.
  func getRecord(
    _ request: XRPCRequest<ComAtproto.Repo.GetRecord>
  ) async throws -> ComAtproto.Repo.GetRecord.Output {
    let parameters = request.parameters
    let repo = try parameters.repo.parsed()
    let path = try RepoPath(checking: parameters.collection, parameters.rkey)
    let cid = try parameters.cid.map { try CID(checking: $0) }
    guard let (did, entry) = try await repositories.record(path, of: repo) else {
      guard !hasAppView else { throw ProxyToUpstream() }
      throw XRPCServerError.invalidRequest("repository \(repo) not found on this server")
    }
    guard let entry, cid == nil || cid == entry.cid else {
      throw ComAtproto.Repo.GetRecord.Failure.recordNotFound(
        message: "record \(path.uri(in: did)) not found"
      )
    }
    return ComAtproto.Repo.GetRecord.Output(
      uri: path.uri(in: did),
      cid: entry.cid.formatted,
      value: try DataValue(cbor: entry.block)
    )
  }

  func listRecords(
    _ request: XRPCRequest<ComAtproto.Repo.ListRecords>
  ) async throws -> ComAtproto.Repo.ListRecords.Output {
    let parameters = request.parameters
    let account = try await repositories.account(of: parameters.repo.parsed())
    let collection = try parameters.collection.parsed()
    let page = try await repositories.records(
      of: account.did,
      in: collection,
      after: parameters.cursor,
      limit: parameters.limit,
      isAscending: parameters.reverse ?? false
    )
    return ComAtproto.Repo.ListRecords.Output(
      cursor: page.next,
      records: try page.entries.map { entry in
        ComAtproto.Repo.ListRecords.Record(
          uri: RepoPath(collection, entry.recordKey).uri(in: account.did),
          cid: entry.cid.formatted,
          value: try DataValue(cbor: entry.block)
        )
      }
    )
  }
}
