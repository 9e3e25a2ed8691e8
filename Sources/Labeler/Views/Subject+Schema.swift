import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import ToolsOzoneAPI
import XRPCServer

extension Subject {
  static let maximumURIBytes = 2_048

  typealias EventSubject = ToolsOzone.Moderation.EmitEvent.Input.Subject
  typealias ReportSubject = ComAtproto.Moderation.CreateReport.Input.Subject

  init(_ subject: EventSubject, blobs: [String]) throws(XRPCServerError) {
    switch subject {
    case .repoRef(let reference): try self.init(reference)
    case .strongRef(let reference): try self.init(reference)
    case .unknown: throw .unknownSubject
    }
    self.blobs = try Self.checked(blobs)
  }

  init(_ subject: ReportSubject) throws(XRPCServerError) {
    switch subject {
    case .repoRef(let reference): try self.init(reference)
    case .strongRef(let reference): try self.init(reference)
    case .unknown: throw .unknownSubject
    }
  }

  private init(_ reference: ComAtproto.Admin.Defs.RepoRef) throws(XRPCServerError) {
    guard let did = try? reference.did.parsed(), did.string.utf8.count <= Self.maximumURIBytes
    else { throw .invalidRequest("the did of the subject is not valid") }
    self.init(did)
  }

  private init(_ reference: ComAtproto.Repo.StrongRef) throws(XRPCServerError) {
    guard reference.uri.string.utf8.count <= Self.maximumURIBytes,
      let uri = try? reference.uri.parsed(),
      let cid = try? CID(reference.cid.string),
      let subject = Subject(uri, cid: cid.string)
    else {
      throw .invalidRequest(
        "the uri of the subject must be the AT-URI of a record, with a DID and at most "
          + "\(Self.maximumURIBytes) bytes, and its cid a CID"
      )
    }
    self = subject
  }

  private static func checked(_ blobs: [String]) throws(XRPCServerError) -> [String] {
    for cid in blobs.prefix(EventRules.maximumBlobs + 1) {
      guard (try? CID(cid)) != nil else {
        throw .invalidRequest("'\(cid.prefix(100))' in subjectBlobCids is not a CID")
      }
    }
    return blobs
  }

  /// Parses the DID or AT-URI of a subject in a query.
  static func key(_ text: String) throws(XRPCServerError) -> SubjectKey {
    if let did = try? DID(text) { return SubjectKey(did: did.string) }
    guard text.utf8.count <= maximumURIBytes, let uri = try? ATURI(text),
      let did = uri.authority.did
    else { throw .invalidRequest("'\(text.prefix(200))' is not a DID or the AT-URI of a record") }
    return uri.recordKey == nil
      ? SubjectKey(did: did.string) : SubjectKey(did: did.string, record: uri.string)
  }

  /// `com.atproto.admin.defs#repoRef` or `com.atproto.repo.strongRef`.
  var reference: SubjectReference {
    guard let record else { return .account(.init(did: FormatString(did))) }
    return .record(.init(uri: FormatString(record), cid: FormatString(cid ?? "")))
  }
}

/// The schemas have a union for each use of these two types.
enum SubjectReference {
  case account(ComAtproto.Admin.Defs.RepoRef)
  case record(ComAtproto.Repo.StrongRef)
}

extension ComAtproto.Moderation.CreateReport.Output.Subject {
  init(_ subject: Labeler.Subject) {
    switch subject.reference {
    case .account(let reference): self = .repoRef(reference)
    case .record(let reference): self = .strongRef(reference)
    }
  }
}

extension ToolsOzone.Moderation.Defs.ModEventView.Subject {
  init(_ subject: Labeler.Subject) {
    switch subject.reference {
    case .account(let reference): self = .repoRef(reference)
    case .record(let reference): self = .strongRef(reference)
    }
  }
}

extension ToolsOzone.Moderation.Defs.SubjectStatusView.Subject {
  init(_ subject: Labeler.Subject) {
    switch subject.reference {
    case .account(let reference): self = .repoRef(reference)
    case .record(let reference): self = .strongRef(reference)
    }
  }
}

extension XRPCServerError {
  /// Clients have sent subjects without a type, which looks right but names nothing.
  fileprivate static let unknownSubject = XRPCServerError.invalidRequest(
    "subject must have $type com.atproto.admin.defs#repoRef or com.atproto.repo.strongRef"
  )
}
