import ATProtoAuth
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension RepoHandler {
  func createRecord(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.CreateRecord>
  ) async throws -> ComAtproto.Repo.CreateRecord.Output {
    let input = request.input
    let account = try await writer(of: input.repo, request.context) {
      WriteNeeds.create(in: input.collection.string)
    }
    try limits?.write([.create], of: account.did, request.context)
    let path = try RepoPath(checking: input.collection, input.rkey ?? newRecordKey())
    let record = try await validated(
      CheckedRecord(input.record, at: path, validate: input.validate),
      at: path,
      of: account.did,
      request.context
    )
    let commit = try await repositories.apply(
      [.create(path, record)],
      to: account,
      swapCommit: input.swapCommit.map { try CID(checking: $0) }
    )
    return ComAtproto.Repo.CreateRecord.Output(
      uri: path.uri(in: account.did),
      cid: record.cid.formatted,
      commit: commit?.meta,
      validationStatus: record.validationStatus()
    )
  }

  /// Writing a record that already exists does not create a commit, as in the reference
  /// implementation.
  func putRecord(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.PutRecord>
  ) async throws -> ComAtproto.Repo.PutRecord.Output {
    let input = request.input
    let account = try await writer(of: input.repo, request.context) {
      WriteNeeds.put(in: input.collection.string)
    }
    try limits?.write([.update], of: account.did, request.context)
    let path = try RepoPath(checking: input.collection, input.rkey)
    let record = try await validated(
      CheckedRecord(input.record, at: path, validate: input.validate),
      at: path,
      of: account.did,
      request.context
    )
    let swapRecord = try input.swapRecord.map { try $0.value.map { try CID(checking: $0) } }
    let commit = try await repositories.put(
      record,
      at: path,
      of: account,
      swapCommit: input.swapCommit.map { try CID(checking: $0) },
      swapRecord: swapRecord
    )
    return ComAtproto.Repo.PutRecord.Output(
      uri: path.uri(in: account.did),
      cid: record.cid.formatted,
      commit: commit?.meta,
      validationStatus: record.validationStatus()
    )
  }

  /// Deleting a record that does not exist succeeds without a commit.
  func deleteRecord(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.DeleteRecord>
  ) async throws -> ComAtproto.Repo.DeleteRecord.Output {
    let input = request.input
    let account = try await writer(of: input.repo, request.context) {
      WriteNeeds.delete(in: input.collection.string)
    }
    try limits?.write([.delete], of: account.did, request.context)
    let path = try RepoPath(checking: input.collection, input.rkey)
    let swapRecord = try input.swapRecord.map { try CID(checking: $0) }
    let commit = try await repositories.delete(
      path,
      of: account,
      swapCommit: input.swapCommit.map { try CID(checking: $0) },
      swapRecord: swapRecord
    )
    return ComAtproto.Repo.DeleteRecord.Output(commit: commit?.meta)
  }

  func applyWrites(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.ApplyWrites>
  ) async throws -> ComAtproto.Repo.ApplyWrites.Output {
    let input = request.input
    let account = try await writer(of: input.repo, request.context) {
      WriteNeeds.batch(input.writes.lazy.map(\.need))
    }
    guard input.writes.count <= CommitLimits.sync.operations else {
      throw XRPCServerError.invalidRequest(
        "a call can have at most \(CommitLimits.sync.operations) writes"
      )
    }
    try limits?.write(input.writes.map(\.cost), of: account.did, request.context)
    let writes = try await validated(
      input.writes.map { try prepare($0, validate: input.validate) },
      of: account.did,
      request.context
    )
    let commit = try await repositories.apply(
      writes,
      to: account,
      swapCommit: input.swapCommit.map { try CID(checking: $0) }
    )
    return ComAtproto.Repo.ApplyWrites.Output(
      commit: commit?.meta,
      results: writes.map { $0.result(in: account.did) }
    )
  }

  private func prepare(
    _ item: ComAtproto.Repo.ApplyWrites.Input.WritesItem,
    validate: Bool?
  ) throws -> CheckedWrite {
    switch item {
    case .create(let write):
      let path = try RepoPath(checking: write.collection, write.rkey ?? newRecordKey())
      return .create(path, try CheckedRecord(write.value, at: path, validate: validate))
    case .update(let write):
      let path = try RepoPath(checking: write.collection, write.rkey)
      return .update(path, try CheckedRecord(write.value, at: path, validate: validate))
    case .delete(let write):
      return .delete(try RepoPath(checking: write.collection, write.rkey))
    }
  }

  /// Validates records whose lexicons are not compiled into the server, if the caller requires
  /// validation: the only writes that wait for other servers, and not in a transaction.
  private func validated(
    _ writes: [CheckedWrite],
    of did: DID,
    _ context: XRPCContext
  ) async throws -> [CheckedWrite] {
    let collections = Set(writes.compactMap(\.requiredLexicon))
    if collections.isEmpty { return writes }
    let schemas = try await schemas.schemas(for: collections, of: did, context)
    return try writes.map { write in
      guard let schema = write.requiredLexicon.flatMap({ schemas[$0] }) else { return write }
      var write = write
      try write.validate(by: schema)
      return write
    }
  }

  private func validated(
    _ record: CheckedRecord,
    at path: RepoPath,
    of did: DID,
    _ context: XRPCContext
  ) async throws -> CheckedRecord {
    try await validated([.create(path, record)], of: did, context).first?.record ?? record
  }

  /// Checks the session of a write whose input is refused: a missing permission is reported before
  /// anything that is wrong with the record, even if the record is not valid data at all.
  func checkWriter(_ body: [UInt8], _ context: XRPCContext) async throws {
    _ = try await context.authenticated(
      by: sessions.access(.anySession.ofActiveAccount) {
        WriteNeeds.needs(of: context.nsid, refused: body)
      }
    )
  }

  private func newRecordKey() -> FormatString<RecordKey> {
    FormatString(repositories.newRecordKey())
  }

  /// The calling account, which must own `repo` and be active.
  ///
  /// - Parameter needs: the permissions for the writes, all of which an OAuth session must have before
  ///   any record is looked at.
  private func writer(
    of repo: FormatString<ATIdentifier>,
    _ context: XRPCContext,
    needs: @escaping AccountAuthentication.Needs
  ) async throws -> Account {
    let account = try await context.authenticated(
      by: sessions.access(.anySession.ofActiveAccount, needs: needs)
    ).account
    let isOwn =
      switch try? repo.parsed().normalized {
      case .did(let did)?: did == account.did
      case .handle(let handle)?: handle == account.handle
      case nil: false
      }
    guard isOwn else {
      throw XRPCServerError.authenticationRequired("only its owner may write to a repository")
    }
    return account
  }
}

extension ComAtproto.Repo.ApplyWrites.Input.WritesItem {
  fileprivate var cost: CallLimits.Write {
    switch self {
    case .create: .create
    case .update: .update
    case .delete: .delete
    }
  }

  fileprivate var need: PermissionNeed {
    switch self {
    case .create(let write): .repo(.create, collection: write.collection.string)
    case .update(let write): .repo(.update, collection: write.collection.string)
    case .delete(let write): .repo(.delete, collection: write.collection.string)
    }
  }
}

extension CheckedWrite {
  fileprivate func result(in did: DID) -> ComAtproto.Repo.ApplyWrites.Output.ResultsItem {
    typealias ApplyWrites = ComAtproto.Repo.ApplyWrites
    return switch self {
    case .create(let path, let record):
      .createResult(
        ApplyWrites.CreateResult(
          uri: path.uri(in: did),
          cid: record.cid.formatted,
          validationStatus: record.validationStatus()
        )
      )
    case .update(let path, let record):
      .updateResult(
        ApplyWrites.UpdateResult(
          uri: path.uri(in: did),
          cid: record.cid.formatted,
          validationStatus: record.validationStatus()
        )
      )
    case .delete: .deleteResult(ApplyWrites.DeleteResult())
    }
  }
}

extension Commit {
  var meta: ComAtproto.Repo.Defs.CommitMeta {
    ComAtproto.Repo.Defs.CommitMeta(cid: cid.formatted, rev: FormatString(rev))
  }
}

extension CheckedRecord {
  /// The `validationStatus` of the response; nil if the caller disabled validation.
  func validationStatus<Status: LexiconOpenString>() -> Status? {
    switch validation {
    case .valid: Status("valid")
    case .unknown, .required: Status("unknown")
    case .none: nil
    }
  }
}
