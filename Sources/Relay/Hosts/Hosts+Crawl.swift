import ATProtoHTTP
import ATProtoRepo
import Logging
import ServiceKit
import Synchronization

extension Hosts {
  /// The period to which the limit of new hosts applies.
  private static let day: SyncTime = 24 * HostState.hour

  /// Crawls a host, which is added if it is new and responds as a PDS does.
  ///
  /// Throws a ``CrawlError``, which is counted, or an error of the store.
  ///
  /// - Parameter client: the network that the request comes from; nil if no limit applies to it.
  package func requestCrawl(
    _ hostname: String,
    isAdministrator: Bool,
    client: String? = nil
  ) async throws -> HostName {
    do {
      return try await crawl(hostname, isAdministrator, client)
    } catch let error as CrawlError {
      context.metrics.refusedCrawls.increment(error.code.rawValue)
      throw error
    }
  }

  private func crawl(
    _ hostname: String,
    _ isAdministrator: Bool,
    _ client: String?
  ) async throws -> HostName {
    guard isAdministrator || isCrawlEnabled else {
      throw CrawlError(.forbidden, "this relay does not accept crawl requests")
    }
    let name = try name(hostname, allowsLocal: isAdministrator)
    // Without the setting, the transport refuses connections to this machine, even those that the
    // administrator requests.
    guard !name.isLocal || configuration.allowsInsecureHosts else {
      throw CrawlError(
        .badHostname,
        "\(name) is on this machine; set \(RelaySettings.insecureHosts.name)=true to crawl it"
      )
    }
    let isDomainBanned = try await store.read { try $0.bans.contains(anyOf: name.domains) }
    let known = link(name)
    guard !isDomainBanned, known?.status != .banned else { throw Self.banned(name) }
    if let known {
      known.send(.requested(isAdministrator: isAdministrator))
      return name
    }
    if !isAdministrator { try await checkDay() }
    if isAdministrator {
      // No limit applies.
      try await describe(name)
    } else {
      try await introduce(name, client)
    }
    let row = try await insert(name, isAdministrator: isAdministrator)
    let link = add(row)
    // A ban that came after the insertion did not see the host.
    if try await store.read({ try $0.bans.contains(anyOf: name.domains) }) {
      link.send(.domainBanned)
      throw Self.banned(name)
    }
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

  /// Calls a host that is new to the relay and may not be a PDS. Requests for the same host share a
  /// call.
  private func introduce(_ name: HostName, _ client: String?) async throws(CrawlError) {
    let origin = Introductions.Origin(
      // All hosts of a large operator may start at once.
      domain: configuration.isTrusted(name) ? nil : name.registeredDomain,
      client: client
    )
    let task = state.withLock { state -> Task<Introductions.Answer, Never>? in
      state.introductions.call(name, for: origin) {
        Task {
          let answer = await Result { () async throws(CrawlError) in try await describe(name) }
          self.state.withLock { $0.introductions.end(name) }
          return answer
        }
      }
    }
    guard let task else {
      throw CrawlError(.tooManyNewHosts, "too many hosts are being added; try again in a minute")
    }
    try await task.value.get()
  }

  private func describe(_ name: HostName) async throws(CrawlError) {
    let isRelay: Bool
    do throws(HostCallError) {
      isRelay = try await calls.describeServer(name)
    } catch {
      throw CrawlError(.hostNotFound, error.reason)
    }
    if isRelay {
      throw CrawlError(.isRelay, "cannot crawl \(name): it is a relay, not a PDS")
    }
  }

  private static func banned(_ name: HostName) -> CrawlError {
    CrawlError(.hostBanned, "\(name) is banned")
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
      // Another request may have added it in the meantime.
      if let row = try transaction.hosts.host(named: name.text) { return row }
      guard try !transaction.bans.contains(anyOf: name.domains) else { throw Self.banned(name) }
      if !isAdministrator, try transaction.hosts.createdCount(since: now - Self.day) >= limit {
        throw Self.tooMany(limit)
      }
      let id = try transaction.hosts.insert(
        name,
        createdAt: now,
        accountLimit: nil,
        isPublic: !isAdministrator
      )
      return HostRow(id: id, name: name, createdAt: now)
    }
  }
}
