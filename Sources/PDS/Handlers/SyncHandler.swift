import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

/// `com.atproto.sync`: repositories and blobs for everybody.
///
/// CAR files are made from the state of one moment, however long it takes to send them.
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

  func getHead(
    _ request: XRPCRequest<ComAtproto.Sync.GetHead>
  ) async throws -> ComAtproto.Sync.GetHead.Output {
    let did = try request.parameters.did.parsed()
    let entry = try await core.store.read { transaction in
      guard try transaction.repositories.head(of: did) != nil else {
        throw ComAtproto.Sync.GetHead.Failure.headNotFound(
          message: "there is no repository of \(did) here"
        )
      }
      return try Self.repository(did, transaction)
    }
    return ComAtproto.Sync.GetHead.Output(root: entry.head.formatted)
  }

  /// Answers also for accounts that are not served, and says why.
  func getRepoStatus(
    _ request: XRPCRequest<ComAtproto.Sync.GetRepoStatus>
  ) async throws -> ComAtproto.Sync.GetRepoStatus.Output {
    let did = try request.parameters.did.parsed()
    return try await core.store.read { transaction in
      guard let status = try transaction.accounts.status(of: did),
        let head = try transaction.repositories.head(of: did)
      else { throw UnknownFailure.repoNotFound(did) }
      return ComAtproto.Sync.GetRepoStatus.Output(
        did: FormatString(did),
        active: status.isActive,
        status: status.wireValue.map { ComAtproto.Sync.GetRepoStatus.Output.Status($0) },
        rev: status.isActive ? FormatString(head.rev) : nil
      )
    }
  }

  func getRepo(_ request: XRPCRequest<ComAtproto.Sync.GetRepo>) async throws -> RawBody {
    let did = try request.parameters.did.parsed()
    let since = try request.parameters.since?.parsed()
    let isOwn = try await core.isOwnerOrAdministrator(of: did, request.context)
    return try await export(did, since: since, isOwn: isOwn, for: request.context)
  }

  func getCheckout(_ request: XRPCRequest<ComAtproto.Sync.GetCheckout>) async throws -> RawBody {
    let did = try request.parameters.did.parsed()
    return try await export(did, since: nil, isOwn: false, for: request.context)
  }

  /// The blocks as they lie in the store, the newest first. The order that streams best (Repository
  /// specification, "Streamable CAR Block Ordering") would cost a look-up for each.
  private func export(
    _ did: DID,
    since: TID?,
    isOwn: Bool,
    for context: XRPCContext
  ) async throws -> RawBody {
    try await Spool.body(
      in: core.scratch,
      for: context.clientNetwork,
      contentType: RawBody.carType
    ) { [core] spool in
      try await core.exports.run {
        try await core.store.read { transaction in
          let head = try Self.repository(did, transaction, isOwn: isOwn)
          try transaction.repositories.export(head, since: since, to: spool)
        }
      }
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
    // As many as a request line has room for, of a million bytes each: too much for memory.
    return try await Spool.body(
      in: core.scratch,
      for: request.context.clientNetwork,
      contentType: RawBody.carType
    ) { [core] spool in
      try await core.store.read { transaction in
        _ = try Self.repository(did, transaction)
        try transaction.repositories.export(cids, of: did, to: spool)
      }
    }
  }

  /// Blob specification, "Security": what a stranger uploaded must not run in a browser as a page of
  /// this server.
  func getBlob(_ request: XRPCRequest<ComAtproto.Sync.GetBlob>) async throws -> RawBody {
    let did = try request.parameters.did.parsed()
    let cid = try CID(checking: request.parameters.cid)
    let isOwn = try await core.isOwnerOrAdministrator(of: did, request.context)
    let entry = try await core.store.read { transaction -> BlobEntry? in
      _ = try Self.repository(did, transaction, isOwn: isOwn)
      guard try transaction.blobs.isReferred(cid, of: did) else { return nil }
      return try transaction.blobs.blob(cid, of: did)
    }
    guard let entry, !entry.isTakenDown, let stream = try await core.blobstore.stream(cid) else {
      throw ComAtproto.Sync.GetBlob.Failure.blobNotFound(message: "there is no blob \(cid)")
    }
    let headers = request.context.responseHeaders
    headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
    headers[.xContentTypeOptions] = "nosniff"
    headers[.contentDisposition] = #"attachment; filename="\#(cid)""#
    return RawBody(stream: stream, contentType: entry.mimeType)
  }

  /// The newest commit of an account that is served.
  ///
  /// Throws `RepoNotFound`, or the name of what keeps the account from being served.
  ///
  /// - Parameter isOwn: for its owner or the administrator, who get it in any case.
  static func repository(
    _ did: DID,
    _ transaction: any PDSTransaction,
    isOwn: Bool = false
  ) throws -> RepositoryHead {
    guard let status = try transaction.accounts.status(of: did),
      let head = try transaction.repositories.head(of: did)
    else { throw UnknownFailure.repoNotFound(did) }
    if !isOwn { try status.checkIsServed(did) }
    return head
  }
}

extension UnknownFailure {
  static func repoNotFound(_ did: DID) -> UnknownFailure {
    UnknownFailure(
      XRPCErrorBody(name: "RepoNotFound", message: "there is no repository of \(did) here")
    )
  }
}

extension RawBody {
  init(car: [UInt8]) {
    self.init(bytes: car, contentType: Self.carType)
  }

  fileprivate static let carType = "application/vnd.ipld.car"
}
