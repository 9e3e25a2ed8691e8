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
    let account = try await core.writer(of: input.repo, request.context)
    try core.limits?.write([.create], of: account.did, request.context)
    let path = try RepoPath(checking: input.collection, input.rkey ?? newRecordKey())
    let record = try CheckedRecord(input.record, at: path, validate: input.validate)
    let commit = try await core.edit(account, swapCommit: input.swapCommit) { edit in
      try edit.commit([.create(path, record)])
    }
    return ComAtproto.Repo.CreateRecord.Output(
      uri: path.uri(in: account.did),
      cid: record.cid.formatted,
      commit: commit?.meta,
      validationStatus: record.validationStatus()
    )
  }

  /// Writing what is there already makes no commit, as in the reference implementation.
  func putRecord(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.PutRecord>
  ) async throws -> ComAtproto.Repo.PutRecord.Output {
    let input = request.input
    let account = try await core.writer(of: input.repo, request.context)
    try core.limits?.write([.update], of: account.did, request.context)
    let path = try RepoPath(checking: input.collection, input.rkey)
    let record = try CheckedRecord(input.record, at: path, validate: input.validate)
    let swapRecord = try input.swapRecord.map { try $0.value.map { try CID(checking: $0) } }
    let commit = try await core.edit(account, swapCommit: input.swapCommit) { edit -> Commit? in
      if let swapRecord { try edit.checkRecord(at: path, is: swapRecord) }
      return try edit.commit([
        edit.record(path) == nil ? .create(path, record) : .update(path, record)
      ])
    }
    return ComAtproto.Repo.PutRecord.Output(
      uri: path.uri(in: account.did),
      cid: record.cid.formatted,
      commit: commit?.meta,
      validationStatus: record.validationStatus()
    )
  }

  /// Deleting what is not there succeeds without a commit.
  func deleteRecord(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.DeleteRecord>
  ) async throws -> ComAtproto.Repo.DeleteRecord.Output {
    let input = request.input
    let account = try await core.writer(of: input.repo, request.context)
    try core.limits?.write([.delete], of: account.did, request.context)
    let path = try RepoPath(checking: input.collection, input.rkey)
    let swapRecord = try input.swapRecord.map { try CID(checking: $0) }
    let commit = try await core.edit(account, swapCommit: input.swapCommit) { edit -> Commit? in
      if let swapRecord { try edit.checkRecord(at: path, is: swapRecord) }
      return try edit.record(path) == nil ? nil : try edit.commit([.delete(path)])
    }
    return ComAtproto.Repo.DeleteRecord.Output(commit: commit?.meta)
  }

  func applyWrites(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.ApplyWrites>
  ) async throws -> ComAtproto.Repo.ApplyWrites.Output {
    let input = request.input
    let account = try await core.writer(of: input.repo, request.context)
    guard input.writes.count <= CommitLimits.sync.operations else {
      throw XRPCServerError.invalidRequest(
        "more than \(CommitLimits.sync.operations) writes at once"
      )
    }
    try core.limits?.write(input.writes.map(\.cost), of: account.did, request.context)
    var writes: [CheckedWrite] = []
    var results: [ComAtproto.Repo.ApplyWrites.Output.ResultsItem] = []
    for item in input.writes {
      let (write, result) = try prepare(item, of: account.did, validate: input.validate)
      writes.append(write)
      results.append(result)
    }
    let commit = try await core.edit(account, swapCommit: input.swapCommit) { [writes] edit in
      try edit.commit(writes)
    }
    return ComAtproto.Repo.ApplyWrites.Output(commit: commit?.meta, results: results)
  }

  private func prepare(
    _ item: ComAtproto.Repo.ApplyWrites.Input.WritesItem,
    of did: DID,
    validate: Bool?
  ) throws -> (CheckedWrite, ComAtproto.Repo.ApplyWrites.Output.ResultsItem) {
    switch item {
    case .create(let write):
      let path = try RepoPath(checking: write.collection, write.rkey ?? newRecordKey())
      let record = try CheckedRecord(write.value, at: path, validate: validate)
      let result = ComAtproto.Repo.ApplyWrites.CreateResult(
        uri: path.uri(in: did),
        cid: record.cid.formatted,
        validationStatus: record.validationStatus()
      )
      return (.create(path, record), .createResult(result))
    case .update(let write):
      let path = try RepoPath(checking: write.collection, write.rkey)
      let record = try CheckedRecord(write.value, at: path, validate: validate)
      let result = ComAtproto.Repo.ApplyWrites.UpdateResult(
        uri: path.uri(in: did),
        cid: record.cid.formatted,
        validationStatus: record.validationStatus()
      )
      return (.update(path, record), .updateResult(result))
    case .delete(let write):
      let path = try RepoPath(checking: write.collection, write.rkey)
      return (.delete(path), .deleteResult(ComAtproto.Repo.ApplyWrites.DeleteResult()))
    }
  }

  private func newRecordKey() -> FormatString<RecordKey> {
    FormatString(RecordKey(core.tids.next()))
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
}

extension Commit {
  var meta: ComAtproto.Repo.Defs.CommitMeta {
    ComAtproto.Repo.Defs.CommitMeta(cid: cid.formatted, rev: FormatString(rev))
  }
}

extension CheckedRecord {
  /// The `validationStatus` to answer; nil where the caller asked for no validation.
  func validationStatus<Status: LexiconOpenString>() -> Status? {
    switch validation {
    case .valid: Status("valid")
    case .unknown: Status("unknown")
    case .none: nil
    }
  }
}
