import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// Calls a server as its administrator.
struct Operator: Sendable {
  /// A client that sends the admin password with every call (XRPC specification, "Admin Token").
  let client: XRPCClient
  /// A client without credentials.
  let anonymous: XRPCClient

  init(service: ServiceEndpoint, password: String) {
    // The operator chose the server, which may be in a private network.
    anonymous = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
    var client = anonymous
    let credentials = Data("admin:\(password)".utf8).base64EncodedString()
    client.headers[.authorization] = "Basic \(credentials)"
    self.client = client
  }

  /// The DID of an account that is given by its DID, handle, or email.
  func did(of account: String) async throws -> FormatString<DID> {
    let name = ParsedArgument.withoutAt(account)
    switch try? ATIdentifier(name) {
    case .did(let did)?:
      return FormatString(did)
    case .handle(let handle)?:
      return try await client.comAtproto.identity.resolveHandle(
        ComAtproto.Identity.ResolveHandle.Parameters(handle: FormatString(handle))
      ).did
    case nil:
      let found = try await client.comAtproto.admin.searchAccounts(
        ComAtproto.Admin.SearchAccounts.Parameters(email: name)
      ).accounts.filter { $0.email?.lowercased() == name.lowercased() }
      guard let only = found.first, found.count == 1 else {
        throw CommandError(reason: "cannot find an account with the email '\(account)'")
      }
      return only.did
    }
  }

  /// - Parameter reference: a note for the operator.
  func setTakedown(
    _ isTakenDown: Bool,
    _ reference: String?,
    of did: FormatString<DID>
  ) async throws {
    _ = try await client.comAtproto.admin.updateSubjectStatus(
      ComAtproto.Admin.UpdateSubjectStatus.Input(
        subject: .repoRef(ComAtproto.Admin.Defs.RepoRef(did: did)),
        takedown: ComAtproto.Admin.Defs.StatusAttr(applied: isTakenDown, ref: reference)
      )
    )
  }

  func inviteCode(
    uses: Int,
    account: FormatString<DID>? = nil
  ) async throws -> String {
    try await client.comAtproto.server.createInviteCode(
      ComAtproto.Server.CreateInviteCode.Input(useCount: uses, forAccount: account)
    ).code
  }
}
