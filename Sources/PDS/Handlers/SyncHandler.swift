import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC

/// `com.atproto.sync`: repositories for everybody.
///
/// CAR files are made in memory, from the state of one moment.
struct SyncHandler: ComAtproto.Sync.Handler {
  let core: PDSCore

  func getLatestCommit(
    _ request: XRPCRequest<ComAtproto.Sync.GetLatestCommit>
  ) async throws -> ComAtproto.Sync.GetLatestCommit.Output {
    let did = try request.parameters.did.parsed()
    let entry = try await core.store.read { transaction in try Self.repository(did, transaction) }
    return ComAtproto.Sync.GetLatestCommit.Output(
      cid: entry.head.formatted,
      rev: FormatString(entry.rev)
    )
  }

  func getRepoStatus(
    _ request: XRPCRequest<ComAtproto.Sync.GetRepoStatus>
  ) async throws -> ComAtproto.Sync.GetRepoStatus.Output {
    let did = try request.parameters.did.parsed()
    let entry = try await core.store.read { transaction in try Self.repository(did, transaction) }
    return ComAtproto.Sync.GetRepoStatus.Output(
      did: FormatString(did),
      active: true,
      rev: FormatString(entry.rev)
    )
  }

  func listRepos(
    _ request: XRPCRequest<ComAtproto.Sync.ListRepos>
  ) async throws -> ComAtproto.Sync.ListRepos.Output {
    let parameters = request.parameters
    let entries = try await core.store.read { transaction in
      try transaction.repositories.page(after: parameters.cursor, limit: parameters.limit)
    }
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

  func getRepo(_ request: XRPCRequest<ComAtproto.Sync.GetRepo>) async throws -> RawBody {
    let did = try request.parameters.did.parsed()
    let since = try request.parameters.since?.parsed()
    return try await core.store.read { transaction in
      let entry = try Self.repository(did, transaction)
      let store = transaction.repositories.blocks(of: did)
      guard let since else {
        var export = try Repository(head: entry.head, store: store).exportCAR()
        return RawBody(car: try export.rest())
      }
      var writer = CARWriter(roots: [entry.head])
      try store.forEach(since: since) { cid, block in writer.append(cid, block) }
      return RawBody(car: writer.bytes)
    }
  }

  func getRecord(_ request: XRPCRequest<ComAtproto.Sync.GetRecord>) async throws -> RawBody {
    let parameters = request.parameters
    let did = try parameters.did.parsed()
    let path = try RepoPath(checking: parameters.collection, parameters.rkey)
    return try await core.store.read { transaction in
      let entry = try Self.repository(did, transaction)
      let store = transaction.repositories.blocks(of: did)
      // Where there is no such record, the file proves just that.
      return RawBody(car: try Repository(head: entry.head, store: store).carProof(of: path))
    }
  }

  func getBlocks(_ request: XRPCRequest<ComAtproto.Sync.GetBlocks>) async throws -> RawBody {
    let did = try request.parameters.did.parsed()
    let cids = try request.parameters.cids.map { try CID(checking: $0) }
    return try await core.store.read { transaction in
      _ = try Self.repository(did, transaction)
      let store = transaction.repositories.blocks(of: did)
      var blocks = BlockList()
      for cid in cids {
        guard let block = try store.block(cid) else {
          throw ComAtproto.Sync.GetBlocks.Failure.blockNotFound(message: "no block \(cid)")
        }
        blocks.insert(cid, block)
      }
      var writer = CARWriter(roots: [])
      for (cid, block) in blocks { writer.append(cid, block) }
      return RawBody(car: writer.bytes)
    }
  }

  private static func repository(
    _ did: DID,
    _ transaction: any PDSTransaction
  ) throws -> RepositoryHead {
    guard let entry = try transaction.repositories.head(of: did) else {
      throw UnknownFailure(
        XRPCErrorBody(name: "RepoNotFound", message: "there is no repository of \(did) here")
      )
    }
    return entry
  }
}

extension RawBody {
  init(car: [UInt8]) {
    self.init(bytes: car, contentType: "application/vnd.ipld.car")
  }
}
