import ATProtoHTTP
import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension RepoHandler {
  func uploadBlob(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.UploadBlob>
  ) async throws -> ComAtproto.Repo.UploadBlob.Output {
    let account = try await core.authorize(request.context, .anySession).account
    return ComAtproto.Repo.UploadBlob.Output(
      blob: try await core.upload(request.input, of: account.did)
    )
  }

  func listMissingBlobs(
    _ request: XRPCRequest<ComAtproto.Repo.ListMissingBlobs>
  ) async throws -> ComAtproto.Repo.ListMissingBlobs.Output {
    let account = try await core.authorize(request.context, .anySession).account
    let parameters = request.parameters
    let missing = try await core.store.read { transaction in
      try transaction.blobs.missing(
        of: account.did,
        after: parameters.cursor,
        limit: parameters.limit
      )
    }
    return ComAtproto.Repo.ListMissingBlobs.Output(
      cursor: missing.count == parameters.limit ? missing.last?.cid.string : nil,
      blobs: missing.map { blob in
        ComAtproto.Repo.ListMissingBlobs.RecordBlob(
          cid: blob.cid.formatted,
          recordUri: blob.path.uri(in: account.did)
        )
      }
    )
  }

  func importRepo(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.ImportRepo>
  ) async throws {
    let account = try await core.authorize(request.context, .accountPassword).account
    let folder = core.blobFolder
    let client = request.context.clientNetwork
    let scratch = try await folder.perform { [core] in try core.scratch.file(for: client) }
    // Its space is taken until the end.
    defer { withExtendedLifetime(scratch) {} }
    // The route's limit bounds the stream.
    for try await bytes in request.input.stream {
      try await folder.perform { try scratch.write(bytes) }
    }
    try await core.imports.run {
      // Checked before the transaction: other writers do not wait for that.
      let repository = try await folder.perform {
        try ImportedRepository(scratch.file, of: account.did)
      }
      try await core.store.write { [core] transaction in
        try RepositoryEdit.replace(by: repository, in: transaction, core.tids)
      }
    }
  }
}
