import Synchronization

extension Hosts {
  /// Bans a host and disconnects it.
  package func block(_ name: HostName) async throws {
    try known(name).send(.banned)
    try await storeRows()
  }

  /// Lifts the ban of a host and connects to it.
  package func unblock(_ name: HostName) async throws {
    try known(name).send(.unbanned)
    try await storeRows()
  }

  /// Drops the connection, which is opened again after a moment unless the host is also blocked.
  package func disconnect(_ name: HostName, blocks: Bool) async throws {
    if blocks { return try await block(name) }
    guard try known(name).disconnect() else {
      throw CrawlError(.notConnected, "cannot disconnect \(name): there is no connection")
    }
  }

  /// Sets how many accounts a host may have. If it already has more, all of them stay.
  package func setAccountLimit(_ limit: Int, of name: HostName) async throws {
    let link = try known(name)
    var row = link.row
    row.accountLimit = max(0, limit)
    link.update(quotas: configuration.quotas(of: row)) { $0.accountLimit = row.accountLimit }
    state.withLock { _ = $0.dirty.insert(row.id) }
    try await storeRows()
    counts.register(row.id, name: name.text, limit: row.accountLimit)
    await limitChanged(row.id)
  }

  package func setAlertsSilenced(_ isSilenced: Bool, of name: HostName) async throws {
    try await change(name) { $0.alertsSilenced = isSilenced }
  }

  /// Records when operators were alerted about a host.
  package func setAlerted(at time: UInt64?, of name: HostName) async throws {
    try await change(name) { $0.alertedAt = time }
  }

  private func change(_ name: HostName, _ body: (inout HostRow) -> Void) async throws {
    let link = try known(name)
    link.update(quotas: configuration.quotas(of: link.row), body)
    state.withLock { _ = $0.dirty.insert(link.id) }
    try await storeRows()
  }

  private func known(_ name: HostName) throws(CrawlError) -> HostLink {
    guard let link = link(name) else {
      throw CrawlError(.unknownHost, "cannot find host \(name)")
    }
    return link
  }
}

// MARK: Domains

extension Hosts {
  /// Bans all hosts of a domain and disconnects them.
  package func ban(domain: String) async throws {
    let domain = try Self.checked(domain)
    let now = context.clock.now()
    try await store.write { try $0.bans.insert(domain, createdAt: now) }
    for link in links(in: domain) { link.send(.domainBanned) }
  }

  /// Lifts the ban of a domain, and connects to its hosts unless they are banned otherwise.
  package func unban(domain: String) async throws {
    let domain = try Self.checked(domain)
    let bans = try await store.write { transaction in
      try transaction.bans.remove(domain)
      return Set(try transaction.bans.all())
    }
    for link in links(in: domain) where bans.isDisjoint(with: link.name.domains) {
      link.send(.domainUnbanned)
    }
  }

  package func bannedDomains() async throws -> [String] {
    try await store.read { try $0.bans.all() }
  }

  private func links(in domain: String) -> [HostLink] {
    state.withLock { Array($0.links.values) }.filter { $0.name.domains.contains(domain) }
  }

  /// A domain is a name, or a suffix of names at a dot.
  private static func checked(_ text: String) throws(CrawlError) -> String {
    let domain = text.lowercased()
    let isDomain =
      (1...253).contains(domain.utf8.count)
      && domain.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-.:".utf8.contains(byte)
      }
    guard isDomain, !domain.hasPrefix("."), !domain.hasSuffix(".") else {
      throw CrawlError(.badHostname, "\(text.prefix(100)) is not a valid domain")
    }
    return domain
  }
}
