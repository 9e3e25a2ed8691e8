import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

/// `com.atproto.sync`: the hosts that are crawled and the states of accounts. The repositories
/// themselves stay at the hosts.
struct SyncHandler: ComAtproto.Sync.Handler {
  let hosts: Hosts
  let accounts: Accounts
  let counts: HostCounts
  let collections: Collections
  let siblings: SiblingRelays

  func requestCrawl(
    _ request: XRPCProcedureRequest<ComAtproto.Sync.RequestCrawl>
  ) async throws {
    do {
      _ = try await hosts.requestCrawl(
        request.input.hostname,
        isAdministrator: false,
        client: request.context.isExemptFromRateLimits ? nil : request.context.clientNetwork
      )
    } catch let error as CrawlError {
      throw XRPCServerError(error)
    }
    siblings.forward(
      ForwardedRequest(
        method: .post,
        path: "/xrpc/\(ComAtproto.Sync.RequestCrawl.nsid)",
        fields: request.context.headers,
        body: request.input.jsonBytes()
      )
    )
  }

  func getRepoStatus(
    _ request: XRPCRequest<ComAtproto.Sync.GetRepoStatus>
  ) async throws -> ComAtproto.Sync.GetRepoStatus.Output {
    let account = try await account(request.parameters.did)
    let status = account.visible
    return ComAtproto.Sync.GetRepoStatus.Output(
      did: FormatString(account.did),
      active: status.isActive,
      status: status.status.map { ComAtproto.Sync.GetRepoStatus.Output.Status($0) },
      rev: status.isActive ? account.rev.map { FormatString($0) } : nil
    )
  }

  func getLatestCommit(
    _ request: XRPCRequest<ComAtproto.Sync.GetLatestCommit>
  ) async throws -> ComAtproto.Sync.GetLatestCommit.Output {
    let account = try await account(request.parameters.did)
    try account.checkActive()
    guard let rev = account.rev, let commit = account.commit else {
      throw XRPCServerError(
        status: .notFound,
        name: "RepoNotSynchronized",
        message: "no commit of \(account.did) has been received yet"
      )
    }
    return ComAtproto.Sync.GetLatestCommit.Output(
      cid: FormatString(commit.string),
      rev: FormatString(rev)
    )
  }

  private func account(_ did: FormatString<DID>) async throws -> AccountView {
    try await accounts.existing(did.parsed())
  }
}

extension Accounts {
  /// Throws `RepoNotFound` for an account that the relay does not know.
  func existing(_ did: DID) async throws -> AccountView {
    guard let account = try await view(of: did) else {
      throw XRPCServerError(
        status: .notFound,
        name: "RepoNotFound",
        message: "no event of \(did) has been received yet"
      )
    }
    return account
  }
}

extension AccountView {
  /// Throws an error that names the status of an account that is not active, with the names of
  /// `com.atproto.sync.getLatestCommit` and of the reference implementation.
  func checkActive() throws(XRPCServerError) {
    guard !visible.isActive else { return }
    let name =
      switch visible.status {
      case "takendown": "RepoTakendown"
      case "suspended": "RepoSuspended"
      case "deactivated": "RepoDeactivated"
      case "deleted": "RepoDeleted"
      default: "RepoInactive"
      }
    throw XRPCServerError(
      status: .forbidden,
      name: name,
      message: "\(did) is not active: \(visible.status ?? "inactive")"
    )
  }
}

extension XRPCServerError {
  /// The response to a crawl request that is refused.
  init(_ error: CrawlError) {
    let (status, name): (HTTPResponse.Status, String) =
      switch error.code {
      case .forbidden: (.forbidden, "Forbidden")
      case .badHostname, .insecure, .notConnected: (.badRequest, "BadRequest")
      case .hostBanned, .isRelay: (.badRequest, "HostBanned")
      case .hostNotFound: (.badRequest, "HostNotFound")
      case .tooManyNewHosts: (.tooManyRequests, "RateLimitExceeded")
      case .unknownHost: (.notFound, "HostNotFound")
      }
    self.init(status: status, name: name, message: error.reason)
  }
}
