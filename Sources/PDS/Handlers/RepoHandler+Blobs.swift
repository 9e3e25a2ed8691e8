import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension RepoHandler {
  func uploadBlob(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.UploadBlob>
  ) async throws -> ComAtproto.Repo.UploadBlob.Output {
    let did = try await request.context.authenticated(by: sessions.access(.anySession)).did
    return ComAtproto.Repo.UploadBlob.Output(
      blob: try await blobs.upload(request.input, of: did)
    )
  }

  func listMissingBlobs(
    _ request: XRPCRequest<ComAtproto.Repo.ListMissingBlobs>
  ) async throws -> ComAtproto.Repo.ListMissingBlobs.Output {
    let did = try await request.context.authenticated(by: sessions.access(.anySession)).did
    let parameters = request.parameters
    let missing = try await blobs.missing(
      of: did,
      after: parameters.cursor,
      limit: parameters.limit
    )
    return ComAtproto.Repo.ListMissingBlobs.Output(
      cursor: missing.count == parameters.limit ? missing.last?.cid.string : nil,
      blobs: missing.map { blob in
        ComAtproto.Repo.ListMissingBlobs.RecordBlob(
          cid: blob.cid.formatted,
          recordUri: blob.path.uri(in: did)
        )
      }
    )
  }

  func importRepo(
    _ request: XRPCProcedureRequest<ComAtproto.Repo.ImportRepo>
  ) async throws {
    let did = try await request.context.authenticated(by: sessions.access(.accountPassword)).did
    try await repositories.import(request.input, into: did, for: request.context.clientNetwork)
  }
}
