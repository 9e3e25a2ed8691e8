import ATProtoAuth
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
    let contentType = request.input.contentType
    let did = try await request.context.authenticated(
      by: sessions.access(.anySession) { [.blob(mimeType: try Self.mimeType(contentType))] }
    ).did
    return ComAtproto.Repo.UploadBlob.Output(
      blob: try await blobs.upload(request.input, of: did)
    )
  }

  /// The MIME type that a client declares. A pattern, such as `*/*`, is not one: whether a permission
  /// for some types covers it cannot be decided.
  private static func mimeType(_ contentType: String) throws(XRPCServerError) -> String {
    let type = MediaType.essence(contentType)
    guard MediaType.isConcrete(type) else {
      throw .invalidRequest("Content-Type is not a MIME type, such as image/png")
    }
    return type
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
