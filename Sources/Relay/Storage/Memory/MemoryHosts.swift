import ATProtoRepo
import ServiceKit

struct MemoryHosts: HostStore {
  let transaction: MemoryRelayTransaction

  func insert(
    _ name: HostName,
    createdAt: SyncTime,
    accountLimit: Int?,
    isPublic: Bool
  ) throws -> HostID {
    guard try host(named: name.text) == nil else {
      throw ServiceError(.storage, "cannot add \(name.text): it already exists")
    }
    return try transaction.change { state in
      // Hosts are never removed.
      let id = HostID(rawValue: UInt32(state.hosts.count + 1))
      state.hosts.append(
        HostRow(id: id, name: name, createdAt: createdAt, accountLimit: accountLimit)
      )
      if isPublic { state.publicHosts.insert(id) }
      return id
    }
  }

  func host(_ id: HostID) -> HostRow? {
    transaction.state.hosts.first { $0.id == id }
  }

  func host(named name: String) throws -> HostRow? {
    transaction.state.hosts.first { $0.name.text == name }
  }

  func page(after id: HostID?, limit: Int, includesSilent: Bool) -> [HostRow] {
    let start = Int(id?.rawValue ?? 0)
    return Array(
      transaction.state.hosts.dropFirst(start)
        .filter { includesSilent || $0.cursor != nil }
        .prefix(limit)
    )
  }

  func update(_ host: HostRow) throws {
    try change(host.id) { row in
      row.status = host.status
      row.accountLimit = host.accountLimit
      row.failures = host.failures
      row.nextAttemptAt = host.nextAttemptAt
      row.alertsSilenced = host.alertsSilenced
      row.alertedAt = host.alertedAt
      row.refusedAt = host.refusedAt
    }
  }

  func setProgress(of host: HostID, cursor: Int?, ahead: [Range<Int>]) throws {
    try change(host) { row in
      row.cursor = cursor
      row.ahead = ahead
    }
  }

  private func change(_ id: HostID, _ body: (inout HostRow) -> Void) throws {
    try transaction.change { state in
      guard let index = state.hosts.firstIndex(where: { $0.id == id }) else {
        throw ServiceError(.storage, "cannot change host \(id.rawValue): it does not exist")
      }
      body(&state.hosts[index])
    }
  }

  func createdCount(since time: SyncTime) -> Int {
    transaction.state.hosts.count { host in
      host.createdAt >= time && transaction.state.publicHosts.contains(host.id)
    }
  }
}

struct MemoryDomainBans: DomainBanStore {
  let transaction: MemoryRelayTransaction

  func insert(_ domain: String, createdAt: SyncTime) throws {
    _ = try transaction.change { $0.bans.insert(domain) }
  }

  func remove(_ domain: String) throws -> Bool {
    try transaction.change { $0.bans.remove(domain) != nil }
  }

  func contains(anyOf domains: [String]) -> Bool {
    domains.contains { transaction.state.bans.contains($0) }
  }

  func all() -> [String] { transaction.state.bans.sorted() }
}

struct MemoryCheckpoint: CheckpointStore {
  let transaction: MemoryRelayTransaction

  func appliedSequence() -> Int { transaction.state.appliedSequence }

  func setAppliedSequence(_ sequence: Int) throws {
    try transaction.change { $0.appliedSequence = sequence }
  }
}
