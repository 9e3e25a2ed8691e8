import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC
import XRPCServer

extension SyncHandler {
  /// Hosts in the order in which they were added, without those that have never sent an event.
  func listHosts(
    _ request: XRPCRequest<ComAtproto.Sync.ListHosts>
  ) async throws -> ComAtproto.Sync.ListHosts.Output {
    let parameters = request.parameters
    let after = try parameters.cursor.map { cursor throws(XRPCServerError) in
      guard let number = UInt32(cursor) else { throw .invalidCursor }
      return HostID(rawValue: number)
    }
    // One more than the limit shows whether there is another page.
    let found = try await hosts.page(
      after: after,
      limit: parameters.limit + 1,
      includesSilent: false
    )
    let page = found.prefix(parameters.limit)
    return ComAtproto.Sync.ListHosts.Output(
      cursor: found.count > page.count ? page.last.map { "\($0.row.id.rawValue)" } : nil,
      hosts: page.map { host in
        ComAtproto.Sync.ListHosts.Host(
          hostname: host.row.name.text,
          seq: host.row.cursor,
          accountCount: counts.accountCount(of: host.row.id),
          status: ComAtproto.Sync.Defs.HostStatus(host.row.status.rawValue)
        )
      }
    )
  }

  func getHostStatus(
    _ request: XRPCRequest<ComAtproto.Sync.GetHostStatus>
  ) async throws -> ComAtproto.Sync.GetHostStatus.Output {
    let name: HostName
    do {
      name = try HostName(request.parameters.hostname, allowsLocal: true)
    } catch {
      throw XRPCServerError(status: .badRequest, name: "BadRequest", message: error.reason)
    }
    guard let host = try await hosts.view(of: name) else {
      throw XRPCServerError(CrawlError(.unknownHost, "\(name) is not a host of this relay"))
    }
    return ComAtproto.Sync.GetHostStatus.Output(
      hostname: host.row.name.text,
      seq: host.row.cursor,
      accountCount: counts.accountCount(of: host.row.id),
      status: ComAtproto.Sync.Defs.HostStatus(host.row.status.rawValue)
    )
  }

  /// Active accounts in the order of their discovery. A page may be short, or empty, if many accounts
  /// are inactive: the work for one request is bounded.
  func listRepos(
    _ request: XRPCRequest<ComAtproto.Sync.ListRepos>
  ) async throws -> ComAtproto.Sync.ListRepos.Output {
    let parameters = request.parameters
    let after = try parameters.cursor.map(AccountID.init(cursor:))
    let (views, next) = try await accounts.page(after: after, limit: parameters.limit)
    return ComAtproto.Sync.ListRepos.Output(
      cursor: next.map { "\($0.rawValue)" },
      repos: views.compactMap { ComAtproto.Sync.ListRepos.Repo($0) }
    )
  }

  func listReposByCollection(
    _ request: XRPCRequest<ComAtproto.Sync.ListReposByCollection>
  ) async throws -> ComAtproto.Sync.ListReposByCollection.Output {
    let parameters = request.parameters
    let page: (dids: [DID], cursor: String?)
    do {
      page = try await collections.repositories(
        in: parameters.collection.parsed(),
        cursor: parameters.cursor,
        limit: parameters.limit
      )
    } catch is Collections.CursorError {
      throw XRPCServerError.invalidCursor
    }
    return ComAtproto.Sync.ListReposByCollection.Output(
      cursor: page.cursor,
      repos: page.dids.map { ComAtproto.Sync.ListReposByCollection.Repo(did: FormatString($0)) }
    )
  }
}

extension ComAtproto.Sync.ListRepos.Repo {
  /// Returns nil for an account without a known commit: the method requires one.
  init?(_ account: AccountView) {
    guard let commit = account.commit, let rev = account.rev else { return nil }
    self.init(
      did: FormatString(account.did),
      head: FormatString(commit.string),
      rev: FormatString(rev),
      active: account.visible.isActive,
      status: account.visible.status.map { Status($0) }
    )
  }
}

extension AccountID {
  /// The account that a cursor names, which need not exist.
  init(cursor: String) throws(XRPCServerError) {
    guard let number = UInt32(cursor) else { throw .invalidCursor }
    self.init(rawValue: number)
  }
}

extension XRPCServerError {
  static let invalidCursor = invalidRequest(
    "the cursor is not valid; use one that this method has returned"
  )
}
