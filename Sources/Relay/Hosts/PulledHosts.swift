import ATProtoRepo

/// Adds the hosts of another relay to the store of a relay that is not running.
package struct PulledHosts: Sendable {
  private let configuration: HostsConfiguration
  private let store: any RelayStore
  private let calls: HostCalls?

  /// - Parameter checksHosts: whether each host must respond as a PDS does.
  package init(
    _ configuration: RelayConfiguration,
    _ storage: RelayStorage,
    network: RelayNetwork? = nil,
    checksHosts: Bool
  ) {
    self.configuration = HostsConfiguration(configuration)
    store = storage.store
    let network = network ?? RelayNetwork(configuration)
    calls =
      checksHosts
      ? HostCalls(
        transport: network.guarded,
        userAgent: RelayVersion.userAgent,
        allowsInsecureHosts: configuration.allowsInsecureHosts
      ) : nil
  }

  /// Adds a host, unless it is known, banned, or not a host that the relay can crawl.
  ///
  /// - Parameter status: the status at the other relay; only active and idle hosts are added.
  /// - Returns: `added`, `exists`, or the reason why the host was left out.
  package func add(_ hostname: String, status: String?) async throws -> String {
    if let status, status != "active", status != "idle" {
      return "the host is \(status.prefix(40))"
    }
    let name: HostName
    do throws(HostNameError) {
      name = try HostName(hostname, allowsLocal: configuration.allowsInsecureHosts)
    } catch {
      return error.reason
    }
    let (isKnown, isBanned) = try await store.read { transaction in
      (
        try transaction.hosts.host(named: name.text) != nil,
        try transaction.bans.contains(anyOf: name.domains)
      )
    }
    if isBanned { return "\(name) is banned" }
    if isKnown { return "exists" }
    do throws(HostCallError) {
      if try await calls?.describeServer(name) == true { return "\(name) is a relay" }
    } catch {
      return error.reason
    }
    return try await store.write { transaction in
      guard try transaction.hosts.host(named: name.text) == nil else { return "exists" }
      let now = SyncTime.now
      let id = try transaction.hosts.insert(name, createdAt: now, accountLimit: nil)
      // The relay was never connected to the host, so it reads only new events.
      try transaction.hosts.update(
        HostRow(id: id, name: name, createdAt: now, nextAttemptAt: now)
      )
      return "added"
    }
  }
}
