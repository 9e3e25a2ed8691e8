import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// The administrator of a server, and calls in that role.
struct Operator: Sendable {
  /// Calls with the administrator's password (XRPC specification, "Admin Token").
  let client: XRPCClient
  /// Calls of which the server need not know who makes them.
  let anonymous: XRPCClient

  init(service: ServiceEndpoint, password: String) {
    // The operator chose the address, which may be one of a private network.
    anonymous = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
    var client = anonymous
    let credentials = Data("admin:\(password)".utf8).base64EncodedString()
    client.headers[.authorization] = "Basic \(credentials)"
    self.client = client
  }

  /// The account that somebody means by a DID, a handle or an e-mail address.
  func did(of account: String) async throws -> FormatString<DID> {
    let name = account.hasPrefix("@") ? String(account.dropFirst()) : account
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
        throw ClientFailure(reason: "'\(account)' is the address of no account here")
      }
      return only.did
    }
  }

  /// - Parameter reference: a note; nil lifts the takedown.
  func setTakedown(_ isTakenDown: Bool, _ reference: String?, of did: FormatString<DID>)
    async throws
  {
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
