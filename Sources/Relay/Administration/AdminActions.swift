import ATProtoSyntax
import XRPCServer

/// What the administrator can see and do, for the API and for the page.
struct AdminActions: Sendable {
  let hosts: Hosts
  let accounts: Accounts
  let counts: HostCounts
  let consumers: ConsumerList
  let droppedEvents: DroppedEvents

  /// Crawls a host, which does not count toward the daily limit of new hosts.
  func crawl(_ hostname: String) async throws {
    try await checked {
      _ = try await hosts.requestCrawl(hostname, isAdministrator: true)
    }
  }

  func block(_ hostname: String) async throws {
    try await checked { try await hosts.block(name(hostname)) }
  }

  func unblock(_ hostname: String) async throws {
    try await checked { try await hosts.unblock(name(hostname)) }
  }

  func disconnect(_ hostname: String, blocks: Bool) async throws {
    try await checked { try await hosts.disconnect(name(hostname), blocks: blocks) }
  }

  /// Accounts that have been throttled are admitted if there are places for them now.
  func setAccountLimit(_ limit: Int, of hostname: String) async throws {
    try await checked { try await hosts.setAccountLimit(limit, of: name(hostname)) }
  }

  func silenceAlerts(_ isSilenced: Bool, of hostname: String) async throws {
    try await checked { try await hosts.setAlertsSilenced(isSilenced, of: name(hostname)) }
  }

  func ban(_ domain: String) async throws {
    try await checked { try await hosts.ban(domain: domain) }
  }

  func unban(_ domain: String) async throws {
    try await checked { try await hosts.unban(domain: domain) }
  }

  func setTakenDown(_ isTakenDown: Bool, _ did: DID) async throws {
    try await accounts.setTakenDown(isTakenDown, did)
  }

  /// All hosts, including those that have never sent an event.
  func allHosts() async throws -> [HostView] {
    var views: [HostView] = []
    while true {
      let page = try await hosts.page(
        after: views.last?.row.id,
        limit: Self.pageSize,
        includesSilent: true
      )
      views += page
      guard page.count == Self.pageSize, views.count < Self.maximumHosts else { return views }
    }
  }

  private static let pageSize = 1000
  private static let maximumHosts = 10_000

  private func name(_ hostname: String) throws(CrawlError) -> HostName {
    do {
      return try HostName(hostname, allowsLocal: true)
    } catch {
      throw CrawlError(.badHostname, error.reason)
    }
  }

  private func checked(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as CrawlError {
      throw XRPCServerError(error)
    }
  }
}
