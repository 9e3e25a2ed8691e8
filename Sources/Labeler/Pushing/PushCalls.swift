import ATProtoAuth
import ATProtoCrypto
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCClient

/// Calls the admin methods of targets.
struct PushCalls: Sendable {
  /// The issuer of tokens.
  let did: DID
  /// The key `#atproto_label`, which signs them.
  let key: PrivateKey
  /// For URLs that the operator configured: private addresses are allowed, redirects are not
  /// followed.
  let transport: any HTTPTransport

  static let timeout = Duration.seconds(10)

  func send(_ row: PushRow, to target: PushTarget) async -> PushState.Outcome {
    typealias Method = ComAtproto.Admin.UpdateSubjectStatus
    let input = Method.Input(
      subject: row.subject.reference,
      takedown: ComAtproto.Admin.Defs.StatusAttr(
        applied: row.isApplied,
        ref: "labeler-\(row.event)"
      )
    )
    do throws(XRPCError<UnknownFailure>) {
      _ = try await client(target).procedure(
        Method.self,
        NoParameters(),
        input,
        options: CallOptions(headers: authorization(target, Method.nsid))
      )
      return .delivered
    } catch {
      return error.namesUnknownSubject ? .unknownSubject : .failed("\(error)")
    }
  }

  /// Returns whether the email was sent.
  func sendEmail(
    _ email: EmailAction,
    to account: DID,
    comment: String?,
    at target: PushTarget
  ) async throws(XRPCError<UnknownFailure>) -> Bool {
    typealias Method = ComAtproto.Admin.SendEmail
    let input = Method.Input(
      recipientDid: FormatString(account),
      content: email.content ?? "",
      subject: email.subjectLine,
      senderDid: FormatString(did),
      comment: comment
    )
    return try await client(target).procedure(
      Method.self,
      NoParameters(),
      input,
      options: CallOptions(headers: authorization(target, Method.nsid))
    ).sent
  }

  private func client(_ target: PushTarget) -> XRPCClient {
    XRPCClient(
      service: ServiceEndpoint(target.url),
      transport: transport,
      options: TransportOptions(timeout: Self.timeout, maximumResponseBytes: 64 << 10),
      retry: .never
    )
  }

  private func authorization(_ target: PushTarget, _ method: String) -> HTTPFields {
    switch target.credentials {
    case .password(let password):
      let text = Base64.padded.encode(Array("admin:\(password)".utf8))
      return [.authorization: "Basic \(text)"]
    case .token(let audience):
      let token = ServiceToken(
        issuer: did,
        keyID: "#atproto_label",
        audience: audience,
        method: try? NSID(method)
      )
      return [.authorization: "Bearer \(token.signed(with: key))"]
    }
  }
}

extension XRPCError<UnknownFailure> {
  /// Whether the target answered that it does not have the subject.
  fileprivate var namesUnknownSubject: Bool {
    guard case .failure(let failure, let status) = self, status == 400 || status == 404 else {
      return false
    }
    return ["NotFound", "RepoNotFound", "RecordNotFound", "AccountNotFound"]
      .contains(failure.errorBody.name)
  }
}

extension PushSubject {
  fileprivate var reference: ComAtproto.Admin.UpdateSubjectStatus.Input.Subject {
    switch self {
    case .account(let did):
      .repoRef(ComAtproto.Admin.Defs.RepoRef(did: FormatString(did)))
    case .record(let uri, let cid):
      .strongRef(ComAtproto.Repo.StrongRef(uri: FormatString(uri), cid: FormatString(cid)))
    case .blob(let did, let cid):
      .repoBlobRef(
        ComAtproto.Admin.Defs.RepoBlobRef(did: FormatString(did), cid: FormatString(cid))
      )
    }
  }
}
