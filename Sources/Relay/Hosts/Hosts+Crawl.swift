import ATProtoHTTP
import ATProtoRepo
import Logging
import ServiceKit
import Synchronization

extension Hosts {
  /// The time in which the hosts that were added count.
  private static let day: SyncTime = 24 * HostState.hour

  /// Crawls a host, which is added if it is new and answers as a PDS does.
  ///
  /// Throws a ``CrawlError``, or an error of the store.
  package func requestCrawl(
    _ hostname: String,
    isAdministrator: Bool
  ) async throws -> HostName {
    guard isAdministrator || isCrawlEnabled else {
      throw CrawlError(.forbidden, "this relay does not accept requests to crawl hosts")
    }
    let name = try name(hostname, allowsLocal: isAdministrator)
    let isDomainBanned = try await store.read { try $0.bans.contains(anyOf: name.domains) }
    let known = link(name)
    guard !isDomainBanned, known?.status != .banned else {
      throw CrawlError(.hostBanned, "\(name) is banned from this relay")
    }
    if let known {
      known.send(.requested(isAdministrator: isAdministrator))
      return name
    }
    if !isAdministrator { try await checkDay() }
    try await introduce(name)
    let row = try await insert(name, isAdministrator: isAdministrator)
    let link = add(row)
    context.logger.info("new host", metadata: ["host": "\(name)"])
    if state.withLock({ $0.isRunning }) { link.send(.started) }
    return name
  }

  /// Parses the name of a host, as requests and operators write it.
  package func name(_ text: String, allowsLocal: Bool) throws(CrawlError) -> HostName {
    do throws(HostNameError) {
      return try HostName(
        text,
        allowsLocal: allowsLocal || configuration.allowsInsecureHosts
      )
    } catch {
      throw CrawlError(error.code == .insecure ? .insecure : .badHostname, error.reason)
    }
  }

  /// Calls a host that may be anything.
  private func introduce(_ name: HostName) async throws(CrawlError) {
    let answer = await introductions.run {
      await Result { () async throws(HostCallError) in try await calls.describeServer(name) }
    }
    switch answer {
    case .success(false): return
    case .success(true):
      throw CrawlError(.isRelay, "\(name) is a relay; a relay crawls only hosts of accounts")
    case .failure(let error): throw CrawlError(.hostNotFound, error.reason)
    }
  }

  private func checkDay() async throws {
    let since = context.clock.now() - Self.day
    let count = try await store.read { try $0.hosts.createdCount(since: since) }
    if count >= newHostsPerDay { throw Self.tooMany(newHostsPerDay) }
  }

  private static func tooMany(_ limit: Int) -> CrawlError {
    CrawlError(
      .tooManyNewHosts,
      "this relay adds at most \(limit) new hosts a day; try again tomorrow"
    )
  }

  private func insert(_ name: HostName, isAdministrator: Bool) async throws -> HostRow {
    let now = context.clock.now()
    let limit = newHostsPerDay
    return try await store.write { transaction in
      // Another request may have added it meanwhile.
      if let row = try transaction.hosts.host(named: name.text) { return row }
      if !isAdministrator, try transaction.hosts.createdCount(since: now - Self.day) >= limit {
        throw Self.tooMany(limit)
      }
      let id = try transaction.hosts.insert(name, createdAt: now, accountLimit: nil)
      return HostRow(id: id, name: name, createdAt: now)
    }
  }
}
