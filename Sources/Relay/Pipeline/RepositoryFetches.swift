package import ATProtoCrypto
import ATProtoHTTP
package import ATProtoRepo
package import ATProtoSyntax
import Synchronization

/// Fetches whole repositories, a few at a time, and verifies them as they arrive. Only the commit
/// and the names of the collections are kept.
///
/// A host serves one repository at a time, and the hosts of a domain a few, unless they are
/// trusted. Slow hosts give up their places if others wait for one. A host that fails, and an
/// account whose chain breaks repeatedly, wait longer each time. A fetch that would have to wait for
/// too long fails instead: the account counts as desynchronized until a later attempt, and its
/// events do not fill the host's window in the meantime.
package final class RepositoryFetches: Sendable {
  private struct State {
    var hosts: [String: FetchPause] = [:]
    var accounts: [DID: FetchPause] = [:]
    /// The pauses of fetches for collections, which do not delay fetches that resynchronize
    /// accounts.
    var refreshes: [DID: FetchPause] = [:]

    /// Forgets expired pauses if there are many.
    mutating func trim(_ now: SyncTime) {
      guard hosts.count + accounts.count + refreshes.count > RepositoryFetches.maximumPauses else {
        return
      }
      hosts = hosts.filter { $0.value.until > now }
      accounts = accounts.filter { $0.value.until > now }
      refreshes = refreshes.filter { $0.value.until > now }
    }
  }

  /// The longest duration of one fetch.
  private static let timeout = Duration.seconds(300)
  /// The number of pauses above which expired ones are forgotten.
  private static let maximumPauses = 10_000
  /// The longest pause that a fetch waits for.
  private static let patience: SyncTime = 60_000_000
  /// The fetches of one host that may wait for each other.
  private static let maximumWaiting = 100
  /// The same for fetches of collections.
  private static let maximumWaitingRefreshes = 4
  /// The minimum average speed after ``grace``, in bytes per second. Slower hosts would occupy
  /// slots that others need.
  private static let leastSpeed = 64 << 10
  /// The same while another fetch waits for a slot.
  private static let leastSpeedOfMany = 512 << 10
  private static let grace: SyncTime = 10_000_000
  /// The maximum number of fetches at once from untrusted hosts of one domain.
  static let maximumOfDomain = 4
  /// The memory of all fetches together.
  private static let maximumMemory = 256 << 20

  private let calls: HostCalls
  private let slots: LookupSlots
  private let isTrusted: @Sendable (HostName) -> Bool
  private let memory = Atomic(0)
  private let state = Mutex(State())
  private let now: @Sendable () -> SyncTime
  private let sleep: @Sendable (Duration) async -> Void

  /// - Parameters:
  ///   - maximum: the most fetches at once.
  ///   - isTrusted: whether the limit of a host's domain does not apply to it.
  ///   - sleep: waits, for tests.
  package init(
    _ calls: HostCalls,
    maximum: Int = 16,
    isTrusted: @escaping @Sendable (HostName) -> Bool = { _ in false },
    now: @escaping @Sendable () -> SyncTime = { .now },
    sleep: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
  ) {
    self.calls = calls
    self.isTrusted = isTrusted
    slots = LookupSlots(maximum: maximum, perHost: 1, perServer: Self.maximumOfDomain)
    self.now = now
    self.sleep = sleep
  }

  package func repository(
    of did: DID,
    at host: HostName,
    signedBy key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure> {
    guard slots.waitingCount(of: host.text) < Self.maximumWaiting else {
      return .failure(SyncFailure(.temporary, "too many fetches from \(host) are waiting"))
    }
    // The account waits outside the slots, so it does not hold up others.
    guard await pause({ $0.accounts[did] }), await pause({ $0.hosts[host.text] }) else {
      return .failure(SyncFailure(.temporary, "the last fetch was a moment ago"))
    }
    let result = await run(did, host, key)
    note(result, did, host)
    return result
  }

  /// Fetches a repository only to learn its collections. Fails at once if several fetches from the
  /// host are waiting, if its last fetch failed, or if the account had one recently, because a host
  /// can send `#sync` as often as it likes.
  package func collections(
    of did: DID,
    at host: HostName,
    signedBy key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure> {
    let now = now()
    let mayBegin = state.withLock { state in
      guard state.hosts[host.text]?.until ?? 0 <= now, state.refreshes[did]?.until ?? 0 <= now,
        slots.waitingCount(of: host.text) < Self.maximumWaitingRefreshes
      else { return false }
      state.refreshes[did, default: FetchPause()].extend(60_000_000, 3_600_000_000, now)
      state.trim(now)
      return true
    }
    guard mayBegin else {
      return .failure(SyncFailure(.temporary, "fetches of other repositories have priority"))
    }
    return await run(did, host, key)
  }

  private func run(
    _ did: DID,
    _ host: HostName,
    _ key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure> {
    let domain = isTrusted(host) ? nil : host.registeredDomain
    return await slots.run(LookupSlots.Key(host: host.text, server: domain)) {
      await withTimeout(Self.timeout) { await self.fetch(did, host, key) }
        ?? .failure(SyncFailure(.temporary, "\(host) did not respond within \(Self.timeout)"))
    }
  }

  /// The number of fetches from a host that wait for a slot.
  func waitingCount(of host: HostName) -> Int { slots.waitingCount(of: host.text) }

  private func fetch(
    _ did: DID,
    _ host: HostName,
    _ key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure> {
    do {
      let start = now()
      let response = try await calls.repository(of: did, at: host)
      var reader = CollectionReader()
      var (received, charged) = (0, 0)
      defer { memory.subtract(charged, ordering: .relaxed) }
      for try await chunk in response.body {
        if Task.isCancelled { return .failure(SyncFailure(.temporary, "the relay is stopping")) }
        received += chunk.count
        guard isFastEnough(received, since: start) else {
          return .failure(SyncFailure(.temporary, "\(host) sends too slowly"))
        }
        try reader.append(chunk)
        let total = memory.add(reader.memory - charged, ordering: .relaxed).newValue
        charged = reader.memory
        guard total <= Self.maximumMemory else {
          return .failure(SyncFailure(.temporary, "too many large repositories at once"))
        }
        // Otherwise, verification occupies the thread of a task for a long time.
        if reader.needsPause { await Task.yield() }
      }
      let repository = try reader.finish()
      try repository.commit.verify(key)
      return .success(repository)
    } catch let error as HostCallError {
      return .failure(SyncFailure(error.code == .notFound ? .notFound : .temporary, error.reason))
    } catch let error as RepoError {
      return .failure(SyncFailure(.invalid, "the repository of \(did) is not valid: \(error)"))
    } catch {
      return .failure(SyncFailure(.temporary, "cannot fetch \(did) from \(host): \(error)"))
    }
  }

  private func isFastEnough(_ count: Int, since start: SyncTime) -> Bool {
    let now = now()
    guard now > start, now - start > Self.grace else { return true }
    let speed = slots.isExhausted ? Self.leastSpeedOfMany : Self.leastSpeed
    return count / speed >= Int((now - start) / 1_000_000)
  }

  // MARK: Pauses

  /// Returns false if the pause is too long to wait for.
  private func pause(_ find: (State) -> FetchPause?) async -> Bool {
    let now = now()
    guard let end = state.withLock({ find($0)?.until }), end > now else { return true }
    guard end - now <= Self.patience else { return false }
    await sleep(.microseconds(Int64(clamping: end - now)))
    return true
  }

  private func note<Value>(_ result: Result<Value, SyncFailure>, _ did: DID, _ host: HostName) {
    let now = now()
    state.withLock { state in
      switch result {
      case .success:
        state.hosts[host.text] = nil
        // The first break heals at once; the next one within the hour waits.
        state.accounts[did, default: FetchPause()].extend(60_000_000, 3_600_000_000, now)
      case .failure(let failure) where failure.kind == .temporary:
        state.hosts[host.text, default: FetchPause()].extend(1_000_000, 3_600_000_000, now)
      case .failure: break
      }
      state.trim(now)
    }
  }
}

/// When the next fetch may begin.
private struct FetchPause {
  private var attempt = 0
  private(set) var until: SyncTime = 0

  /// Makes the pause twice as long as the last one.
  mutating func extend(_ first: SyncTime, _ longest: SyncTime, _ now: SyncTime) {
    // After an hour without a fetch, the next pause is as short as the first.
    if until.adding(.seconds(3600)) < now { attempt = 0 }
    until = now + min(first << SyncTime(min(attempt, 30)), longest)
    attempt += 1
  }
}
