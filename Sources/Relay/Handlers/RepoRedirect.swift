import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

/// `com.atproto.sync.getRepo`: redirects to the PDS of the account, with the same query. A relay keeps
/// no repositories.
struct RepoRedirect: Sendable {
  let accounts: Accounts
  let hosts: Hosts

  var route: XRPCRoute {
    XRPCRoute(
      nsid: ComAtproto.Sync.GetRepo.nsid,
      kind: .query,
      handler: .respond { [self] request, _ in try await response(to: request) }
    )
  }

  private func response(to request: RouteRequest) async throws -> RouteResponse {
    let parameters = try ComAtproto.Sync.GetRepo.Parameters(query: request.query)
    if let violation = parameters.validate().first {
      throw XRPCServerError.invalidRequest("\(violation)")
    }
    let account = try await accounts.existing(parameters.did.parsed())
    try account.checkActive()
    guard
      let url = try await name(ofPDS: account)?.baseURL.at(
        "/xrpc/\(ComAtproto.Sync.GetRepo.nsid)?\(request.query)"
      )
    else {
      throw XRPCServerError(
        status: .notFound,
        name: "RepoNotFound",
        message: "the PDS of \(account.did) is not known"
      )
    }
    return RouteResponse(
      head: HTTPResponse(status: .found, headerFields: [.location: "\(url)"])
    )
  }

  /// The PDS of an account; if its identity is not known at the moment, the host from which its events
  /// come.
  private func name(ofPDS account: AccountView) async throws -> HostName? {
    if let pds = account.pds { return HostName(ofPDS: pds) }
    let before = HostID(rawValue: account.host.rawValue &- 1)
    let host = try await hosts.page(after: before, limit: 1, includesSilent: true).first
    return host?.row.id == account.host ? host?.row.name : nil
  }
}

extension HostName {
  /// The name of a PDS as accounts store it. Public hosts are called over TLS.
  init(ofPDS text: String) {
    self.init(checked: text, usesTLS: !text.hasPrefix("localhost:"))
  }
}
