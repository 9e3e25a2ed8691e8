import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Dispatch
import ServiceKit
import XRPC
import XRPCServer

// Reading for `com.atproto.sync`. A CAR file contains a snapshot, no matter how long it takes to
// send.
extension Repositories {
  static let carType = "application/vnd.ipld.car"

  /// The newest commit of an account.
  ///
  /// Throws `RepoNotFound`, or the reason why the account is not served.
  func head(of did: DID) async throws -> RepositoryHead {
    try await store.read { transaction in try transaction.servedHead(of: did) }
  }

  /// ``head(of:)`` with the errors of the deprecated `getHead`: throws `HeadNotFound` if there is no
  /// such repository.
  func legacyHead(of did: DID) async throws -> RepositoryHead {
    try await store.read { transaction in
      guard try transaction.repositories.head(of: did) != nil else {
        throw ComAtproto.Sync.GetHead.Failure.headNotFound(
          message: "repository \(did) not found on this server"
        )
      }
      return try transaction.servedHead(of: did)
    }
  }

  /// The newest commit of an account and its status, whether it is served or not.
  ///
  /// Throws `RepoNotFound`.
  func status(of did: DID) async throws -> HostedRepository {
    try await store.read { transaction in
      guard let status = try transaction.accounts.status(of: did),
        let head = try transaction.repositories.head(of: did)
      else { throw UnknownFailure.repoNotFound(did) }
      return HostedRepository(head: head, status: status)
    }
  }

  /// A page of all repositories by DID.
  func page(after cursor: String?, limit: Int) async throws -> [HostedRepository] {
    try await store.read { transaction in
      try transaction.repositories.page(after: cursor, limit: limit)
    }
  }

  /// A page of the repositories that have a record of a collection.
  func page(with collection: NSID, after cursor: String?, limit: Int) async throws -> [DID] {
    try await store.read { transaction in
      try transaction.repositories.page(with: collection, after: cursor, limit: limit)
    }
  }

  /// A repository as a CAR file, or only what is newer than a revision.
  ///
  /// Throws `RepoNotFound`, the reason why the account is not served, or 503 if there is no scratch
  /// space.
  ///
  /// - Parameters:
  ///   - includesHidden: whether to serve an account that is not active.
  ///   - client: the client whose share of the scratch space is used.
  func export(
    _ did: DID,
    since: TID?,
    includesHidden: Bool,
    for client: String?
  ) async throws -> RawBody {
    try await Spool.body(in: scratch, for: client, contentType: Self.carType) { spool in
      try await exports.run(for: ClientShare.current) {
        try await store.read { transaction in
          let head = try transaction.servedHead(of: did, includesHidden: includesHidden)
          try transaction.repositories.export(head, since: since, to: spool)
        }
      }
    }
  }

  /// Single blocks as a CAR file. Throws as ``export(_:since:includesHidden:for:)`` does, or
  /// `BlockNotFound`.
  func export(_ cids: [CID], of did: DID, for client: String?) async throws -> RawBody {
    // A request line has room for many CIDs of blocks of a million bytes, which would not fit in
    // memory.
    try await Spool.body(in: scratch, for: client, contentType: Self.carType) { spool in
      try await store.read { transaction in
        _ = try transaction.servedHead(of: did)
        try transaction.repositories.export(cids, of: did, to: spool)
      }
    }
  }

  /// A CAR file that proves which record is at a path, or that none is.
  func proof(of path: RepoPath, in did: DID) async throws -> RawBody {
    RawBody(bytes: try await store.proof(of: path, in: did), contentType: Self.carType)
  }

  /// Replaces the repository of an account with the one in a CAR file.
  ///
  /// Throws `InvalidRequest` if the file is not a valid repository of the account, or 503 if there is
  /// no scratch space.
  ///
  /// - Parameter client: the client whose share of the scratch space is used.
  func `import`(_ body: RawBody, into did: DID, for client: String?) async throws {
    let scratch = try await files.perform { [scratch] in try scratch.file(for: client) }
    // Keep the scratch space until the end.
    defer { withExtendedLifetime(scratch) {} }
    // The route limits the length of the stream.
    for try await bytes in body.stream {
      try await files.perform { try scratch.write(bytes) }
    }
    try await imports.run {
      // Check before the transaction, so that other writers do not wait for it.
      let repository = try await files.perform { try ImportedRepository(scratch.file, of: did) }
      try await store.write { [tids] transaction in
        try RepositoryEdit.replace(by: repository, in: transaction, tids)
      }
      await lexicons.forgetAll(in: did)
    }
  }
}

extension PDSStore {
  /// A CAR file that proves which record is at a path, or that none is.
  ///
  /// Throws `RepoNotFound`, or the reason why the account is not served.
  func proof(of path: RepoPath, in did: DID) async throws -> [UInt8] {
    try await read { transaction in
      let entry = try transaction.servedHead(of: did)
      let blocks = transaction.repositories.blocks(of: did)
      return try Repository(head: entry.head, store: blocks).carProof(of: path)
    }
  }
}
