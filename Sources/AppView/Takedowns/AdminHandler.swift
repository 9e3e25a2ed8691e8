import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

/// `com.atproto.admin`: takedowns of accounts and records, for the administrator (XRPC specification,
/// "Admin Token").
struct AdminHandler: ComAtproto.Admin.Handler {
  let gate: AdminGate
  let takedowns: Takedowns

  var routes: [XRPCRoute] {
    let served: Set = [
      ComAtproto.Admin.GetSubjectStatus.nsid, ComAtproto.Admin.UpdateSubjectStatus.nsid,
    ]
    return ComAtproto.Admin.routes(self).filter { served.contains($0.nsid) }
      .map { route in
        // Strangers learn nothing about the form of the input.
        route.checkingRefusedInput { _, context in
          try await gate.check(context, from: context.clientNetwork)
        }
      }
  }

  func getSubjectStatus(
    _ request: XRPCRequest<ComAtproto.Admin.GetSubjectStatus>
  ) async throws -> ComAtproto.Admin.GetSubjectStatus.Output {
    try await gate.check(request.context, from: request.context.clientNetwork)
    let parameters = request.parameters
    guard parameters.blob == nil, (parameters.did == nil) != (parameters.uri == nil) else {
      throw XRPCServerError.invalidRequest(
        "name an account with 'did', or a record with 'uri'; files are not served here"
      )
    }
    if let did = try parameters.did?.parsed() {
      let reference = try await takedowns.reference(of: .account(did))
      return ComAtproto.Admin.GetSubjectStatus.Output(
        subject: .repoRef(ComAtproto.Admin.Defs.RepoRef(did: FormatString(did))),
        takedown: .init(reference: reference)
      )
    }
    guard let uri = try parameters.uri?.parsed(),
      let address = try await takedowns.record(uri),
      let cid = try await takedowns.version(of: address)
    else {
      throw XRPCServerError(
        status: .badRequest,
        name: "RecordNotFound",
        message: "the record is not in this index"
      )
    }
    let reference = try await takedowns.reference(of: .record(address))
    return ComAtproto.Admin.GetSubjectStatus.Output(
      subject: .strongRef(
        ComAtproto.Repo.StrongRef(uri: FormatString(address.uri), cid: FormatString(cid))
      ),
      takedown: .init(reference: reference)
    )
  }

  /// The version of a record does not matter: a takedown is for all of them.
  func updateSubjectStatus(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateSubjectStatus>
  ) async throws -> ComAtproto.Admin.UpdateSubjectStatus.Output {
    try await gate.check(request.context, from: request.context.clientNetwork)
    let input = request.input
    guard input.deactivated == nil else {
      throw XRPCServerError.invalidRequest("only the host of an account can deactivate it")
    }
    typealias Output = ComAtproto.Admin.UpdateSubjectStatus.Output
    let subject: Takedowns.Subject
    let answer: Output.Subject
    switch input.subject {
    case .repoRef(let repo):
      subject = .account(try repo.did.parsed())
      answer = .repoRef(repo)
    case .strongRef(let reference):
      guard let address = try await takedowns.record(reference.uri.parsed()) else {
        throw XRPCServerError.invalidRequest("subject: not the URI of a record")
      }
      subject = .record(address)
      answer = .strongRef(reference)
    default:
      throw XRPCServerError.invalidRequest(
        "subject: only accounts and records can be taken down here"
      )
    }
    if let takedown = input.takedown {
      try await takedowns.set(
        subject,
        reference: takedown.applied ? takedown.ref ?? "" : nil,
        by: "admin"
      )
    }
    return Output(subject: answer, takedown: input.takedown)
  }
}

extension ComAtproto.Admin.Defs.StatusAttr {
  fileprivate init(reference: String?) {
    self.init(applied: reference != nil, ref: reference.flatMap { $0.isEmpty ? nil : $0 })
  }
}
