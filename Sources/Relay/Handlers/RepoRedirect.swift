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
    guard let pds = account.pds,
      let url = HostName(ofPDS: pds).baseURL.at(
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
}

extension HostName {
  /// The name of a PDS as accounts store it. Public hosts are called over TLS.
  init(ofPDS text: String) {
    self.init(checked: text, usesTLS: !text.hasPrefix("localhost:"))
  }
}
