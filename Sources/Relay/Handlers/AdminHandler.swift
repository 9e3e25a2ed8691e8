import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

/// `com.atproto.admin`: takedowns of accounts, for the administrator (XRPC specification, "Admin
/// Token").
struct AdminHandler: ComAtproto.Admin.Handler {
  let gate: AdminGate
  let accounts: Accounts
  let table: AccountTable
  let siblings: SiblingRelays

  func getSubjectStatus(
    _ request: XRPCRequest<ComAtproto.Admin.GetSubjectStatus>
  ) async throws -> ComAtproto.Admin.GetSubjectStatus.Output {
    try await gate.check(request.context, from: request.context.clientNetwork)
    guard let did = try request.parameters.did?.parsed(), request.parameters.blob == nil else {
      throw XRPCServerError.invalidRequest(
        "a relay can only look up accounts; use the parameter 'did'"
      )
    }
    guard let account = try await table.row(of: did) else {
      throw XRPCServerError(AccountsError(.notFound, "cannot find \(did)"))
    }
    return ComAtproto.Admin.GetSubjectStatus.Output(
      subject: .repoRef(ComAtproto.Admin.Defs.RepoRef(did: FormatString(did))),
      takedown: ComAtproto.Admin.Defs.StatusAttr(applied: account.local == .takendown)
    )
  }

  func updateSubjectStatus(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateSubjectStatus>
  ) async throws -> ComAtproto.Admin.UpdateSubjectStatus.Output {
    try await gate.check(request.context, from: request.context.clientNetwork)
    let input = request.input
    guard case .repoRef(let subject) = input.subject, input.deactivated == nil else {
      throw XRPCServerError.invalidRequest("a relay can only take down accounts")
    }
    if let takedown = input.takedown {
      try await accounts.setTakenDown(takedown.applied, subject.did.parsed())
      siblings.forward(
        ForwardedRequest(
          method: .post,
          path: "/xrpc/\(ComAtproto.Admin.UpdateSubjectStatus.nsid)",
          fields: request.context.headers,
          body: input.jsonBytes()
        )
      )
    }
    return ComAtproto.Admin.UpdateSubjectStatus.Output(
      subject: .repoRef(subject),
      takedown: input.takedown
    )
  }
}

extension Accounts {
  /// Throws 404 `RepoNotFound` for an account that the relay does not know.
  func setTakenDown(_ isTakenDown: Bool, _ did: DID) async throws {
    do throws(AccountsError) {
      if isTakenDown {
        try await takeDown(did)
      } else {
        try await reverseTakedown(did)
      }
    } catch {
      throw XRPCServerError(error)
    }
  }
}

extension XRPCServerError {
  init(_ error: AccountsError) {
    switch error.code {
    case .notFound: self.init(status: .notFound, name: "RepoNotFound", message: error.reason)
    case .storage: self = .internalServerError
    case .stopped: self = .notEnoughResources(error.reason)
    }
  }
}
