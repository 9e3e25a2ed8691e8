import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension AdminHandler {
  typealias StatusAttr = ComAtproto.Admin.Defs.StatusAttr

  func getSubjectStatus(
    _ request: XRPCRequest<ComAtproto.Admin.GetSubjectStatus>
  ) async throws -> ComAtproto.Admin.GetSubjectStatus.Output {
    try await core.checkAdministrator(request.context)
    let parameters = request.parameters
    if let blob = parameters.blob {
      guard let did = try parameters.did?.parsed() else {
        throw XRPCServerError.invalidRequest("a blob is asked for with the DID of its account")
      }
      return try await status(ofBlob: CID(checking: blob), of: did)
    }
    if let uri = parameters.uri { return try await status(ofRecord: uri) }
    guard let did = try parameters.did?.parsed() else {
      throw XRPCServerError.invalidRequest("no subject was given")
    }
    return try await core.store.read { transaction in
      guard let account = try transaction.accounts.account(did) else {
        throw XRPCServerError.subjectNotFound
      }
      return ComAtproto.Admin.GetSubjectStatus.Output(
        subject: .repoRef(ComAtproto.Admin.Defs.RepoRef(did: FormatString(did))),
        takedown: StatusAttr(try transaction.takedowns.reference(of: .account(did))),
        deactivated: StatusAttr(applied: account.deactivatedAt != nil)
      )
    }
  }

  private func status(
    ofBlob cid: CID,
    of did: DID
  ) async throws -> ComAtproto.Admin.GetSubjectStatus.Output {
    try await core.store.read { transaction in
      guard try transaction.blobs.blob(cid, of: did) != nil else {
        throw XRPCServerError.subjectNotFound
      }
      return ComAtproto.Admin.GetSubjectStatus.Output(
        subject: .repoBlobRef(
          ComAtproto.Admin.Defs.RepoBlobRef(did: FormatString(did), cid: cid.formatted)
        ),
        takedown: StatusAttr(try transaction.takedowns.reference(of: .blob(did, cid)))
      )
    }
  }

  private func status(
    ofRecord uri: FormatString<ATURI>
  ) async throws -> ComAtproto.Admin.GetSubjectStatus.Output {
    let (did, path) = try await place(of: uri)
    return try await core.store.read { transaction in
      guard let cid = try transaction.repositories.records(of: did).cid(path) else {
        throw XRPCServerError.subjectNotFound
      }
      return ComAtproto.Admin.GetSubjectStatus.Output(
        subject: .strongRef(
          ComAtproto.Repo.StrongRef(uri: path.uri(in: did), cid: cid.formatted)
        ),
        takedown: StatusAttr(try transaction.takedowns.reference(of: .record(did, path)))
      )
    }
  }

  func updateSubjectStatus(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateSubjectStatus>
  ) async throws -> ComAtproto.Admin.UpdateSubjectStatus.Output {
    try await core.checkAdministrator(request.context)
    let input = request.input
    if input.takedown?.applied == true, input.deactivated?.applied == false {
      throw XRPCServerError.invalidRequest(
        "an account cannot be taken down and activated at the same time"
      )
    }
    let subject = try await subject(input.subject)
    if let takedown = input.takedown {
      let reference = takedown.ref ?? FormatString(seconds: currentSeconds()).string
      try await core.setTakedown(takedown.applied ? reference : nil, of: subject)
    }
    if let deactivated = input.deactivated {
      guard case .account(let did) = subject else {
        throw XRPCServerError.invalidRequest("only an account can be deactivated")
      }
      try await core.setDeactivated(deactivated.applied, did)
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
      throw XRPCServerError.invalidRequest("a subject is an account, a record or a blob")
    }
  }

  /// Where a record is; an authority that is a handle is looked for among the accounts here.
  private func place(of uri: FormatString<ATURI>) async throws -> (DID, RepoPath) {
    let uri = try uri.parsed()
    guard let collection = uri.collection, let recordKey = uri.recordKey else {
      throw XRPCServerError.invalidRequest("\(uri) is not the URI of a record")
    }
    let account = try await core.store.read { transaction in
      try transaction.accounts.account(uri.authority)
    }
    guard let account else { throw XRPCServerError.subjectNotFound }
    return (account.did, RepoPath(collection, recordKey))
  }
}

extension ComAtproto.Admin.Defs.StatusAttr {
  /// - Parameter reference: the note of a takedown; nil where there is none.
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
