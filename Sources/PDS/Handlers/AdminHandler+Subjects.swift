import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

extension AdminHandler {
  typealias StatusAttr = ComAtproto.Admin.Defs.StatusAttr

  func getSubjectStatus(
    _ request: XRPCRequest<ComAtproto.Admin.GetSubjectStatus>
  ) async throws -> ComAtproto.Admin.GetSubjectStatus.Output {
    try await moderators.check(request.context)
    let parameters = request.parameters
    if let blob = parameters.blob {
      guard let did = try parameters.did?.parsed() else {
        throw XRPCServerError.invalidRequest("a blob requires the parameter 'did'")
      }
      return try await status(ofBlob: CID(checking: blob), of: did)
    }
    if let uri = parameters.uri { return try await status(ofRecord: uri) }
    guard let did = try parameters.did?.parsed() else {
      throw XRPCServerError.invalidRequest(
        "one of the parameters 'did', 'uri' and 'blob' is required"
      )
    }
    let (reference, isDeactivated) = try await takedowns.status(of: did)
    return ComAtproto.Admin.GetSubjectStatus.Output(
      subject: .repoRef(ComAtproto.Admin.Defs.RepoRef(did: FormatString(did))),
      takedown: StatusAttr(reference),
      deactivated: StatusAttr(applied: isDeactivated)
    )
  }

  private func status(
    ofBlob cid: CID,
    of did: DID
  ) async throws -> ComAtproto.Admin.GetSubjectStatus.Output {
    ComAtproto.Admin.GetSubjectStatus.Output(
      subject: .repoBlobRef(
        ComAtproto.Admin.Defs.RepoBlobRef(did: FormatString(did), cid: cid.formatted)
      ),
      takedown: StatusAttr(try await takedowns.reference(ofBlob: cid, of: did))
    )
  }

  private func status(
    ofRecord uri: FormatString<ATURI>
  ) async throws -> ComAtproto.Admin.GetSubjectStatus.Output {
    let (did, path) = try await place(of: uri)
    let (cid, reference) = try await takedowns.status(ofRecord: path, of: did)
    return ComAtproto.Admin.GetSubjectStatus.Output(
      subject: .strongRef(
        ComAtproto.Repo.StrongRef(uri: path.uri(in: did), cid: cid.formatted)
      ),
      takedown: StatusAttr(reference)
    )
  }

  func updateSubjectStatus(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateSubjectStatus>
  ) async throws -> ComAtproto.Admin.UpdateSubjectStatus.Output {
    try await moderators.check(request.context)
    let input = request.input
    if input.takedown?.applied == true, input.deactivated?.applied == false {
      throw XRPCServerError.invalidRequest(
        "cannot take down and activate an account at the same time"
      )
    }
    let subject = try await subject(input.subject)
    if let takedown = input.takedown {
      let reference = takedown.ref ?? FormatString(seconds: currentSeconds()).string
      try await takedowns.set(takedown.applied ? reference : nil, of: subject)
    }
    if let deactivated = input.deactivated {
      guard case .account(let did) = subject else {
        throw XRPCServerError.invalidRequest("only an account can be deactivated")
      }
      if deactivated.applied {
        try await accounts.deactivate(did)
      } else {
        try await accounts.activate(did)
      }
    }
    return ComAtproto.Admin.UpdateSubjectStatus.Output(
      subject: ComAtproto.Admin.UpdateSubjectStatus.Output.Subject(input.subject),
      takedown: input.takedown
    )
  }

  private func subject(
    _ subject: ComAtproto.Admin.UpdateSubjectStatus.Input.Subject
  ) async throws -> TakedownSubject {
    switch subject {
    case .repoRef(let subject):
      return .account(try subject.did.parsed())
    case .strongRef(let subject):
      let (did, path) = try await place(of: subject.uri)
      return .record(did, path)
    case .repoBlobRef(let subject):
      return .blob(try subject.did.parsed(), try CID(checking: subject.cid))
    case .unknown:
      throw XRPCServerError.invalidRequest("subject must be an account, a record or a blob")
    }
  }

  /// The account and path of a record. If the authority is a handle, it must be that of an account
  /// on this server.
  private func place(of uri: FormatString<ATURI>) async throws -> (DID, RepoPath) {
    let uri = try uri.parsed()
    guard let collection = uri.collection, let recordKey = uri.recordKey else {
      throw XRPCServerError.invalidRequest("\(uri) is not the AT-URI of a record")
    }
    guard let account = try await accounts.account(uri.authority) else {
      throw XRPCServerError.subjectNotFound
    }
    return (account.did, RepoPath(collection, recordKey))
  }
}

extension ComAtproto.Admin.Defs.StatusAttr {
  /// - Parameter reference: the note of a takedown; nil if there is none.
  init(_ reference: String?) {
    self.init(applied: reference != nil, ref: reference)
  }
}

extension ComAtproto.Admin.UpdateSubjectStatus.Output.Subject {
  init(_ subject: ComAtproto.Admin.UpdateSubjectStatus.Input.Subject) {
    switch subject {
    case .repoRef(let subject): self = .repoRef(subject)
    case .strongRef(let subject): self = .strongRef(subject)
    case .repoBlobRef(let subject): self = .repoBlobRef(subject)
    case .unknown(let value): self = .unknown(value)
    }
  }
}
