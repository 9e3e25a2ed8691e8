import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// `com.atproto.repo`: reading records. Writing is beside it.
struct RepoHandler: ComAtproto.Repo.Handler {
  let core: PDSCore

  func describeRepo(
    _ request: XRPCRequest<ComAtproto.Repo.DescribeRepo>
  ) async throws -> ComAtproto.Repo.DescribeRepo.Output {
    let account = try await core.account(request.parameters.repo)
    let collections = try await core.store.read { transaction in
      try transaction.repositories.records(of: account.did).collections()
    }
    let (document, isHandleCorrect) = try await core.presentation(of: account)
    return ComAtproto.Repo.DescribeRepo.Output(
      handle: FormatString(account.handle),
      did: FormatString(account.did),
      didDoc: document,
      collections: collections.map { FormatString($0) },
      handleIsCorrect: isHandleCorrect
    )
  }

  /// A record of a repository that is not here is passed on to the app view, where there is one.
  func getRecord(
    _ request: XRPCRequest<ComAtproto.Repo.GetRecord>
  ) async throws -> ComAtproto.Repo.GetRecord.Output {
    let parameters = request.parameters
    let repo = try parameters.repo.parsed()
    let path = try RepoPath(checking: parameters.collection, parameters.rkey)
    let cid = try parameters.cid.map { try CID(checking: $0) }
    let found: (DID, RecordEntry?)? = try await core.store.read { transaction in
      guard let did = try transaction.servedDID(of: repo) else { return nil }
      let isTakenDown = try transaction.takedowns.reference(of: .record(did, path)) != nil
      let records = transaction.repositories.records(of: did)
      return (did, isTakenDown ? nil : try records.entry(path))
    }
    guard let (did, entry) = found else {
      guard core.configuration.appView == nil else { throw ProxyToUpstream() }
      throw XRPCServerError.invalidRequest("there is no repository of \(repo) here")
    }
    guard let entry, cid == nil || cid == entry.cid else {
      throw ComAtproto.Repo.GetRecord.Failure.recordNotFound(
        message: "there is no such record: \(path.uri(in: did))"
      )
    }
    return ComAtproto.Repo.GetRecord.Output(
      uri: path.uri(in: did),
      cid: entry.cid.formatted,
      value: try DataValue(cbor: entry.block)
    )
  }

  /// A hundred records of the greatest size would take some hundred megabytes of memory.
  private static let pageBytes = 4 << 20

  func listRecords(
    _ request: XRPCRequest<ComAtproto.Repo.ListRecords>
  ) async throws -> ComAtproto.Repo.ListRecords.Output {
    let parameters = request.parameters
    let account = try await core.account(parameters.repo)
    let collection = try parameters.collection.parsed()
    let (page, takenDown) = try await core.store.read { transaction in
      let page = try transaction.repositories.records(of: account.did).page(
        of: collection,
        after: parameters.cursor,
        limit: parameters.limit,
        maximumBytes: Self.pageBytes,
        isAscending: parameters.reverse ?? false
      )
      return (page, try transaction.takedowns.recordKeys(of: account.did, in: collection))
    }
    return ComAtproto.Repo.ListRecords.Output(
      cursor: page.next,
      records: try page.entries.filter { !takenDown.contains($0.recordKey.string) }.map { entry in
        ComAtproto.Repo.ListRecords.Record(
          uri: RepoPath(collection, entry.recordKey).uri(in: account.did),
          cid: entry.cid.formatted,
          value: try DataValue(cbor: entry.block)
        )
      }
    )
  }
}
