import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax

/// Gives inputs to a state and describes its actions, so that a test can compare a whole sequence.
struct SyncDriver {
  private(set) var state: SyncState
  var now = SyncAccountFixture.now
  /// The ID of the last event.
  private(set) var id: UInt64 = 0

  init(_ account: SyncAccount, policy: SyncPolicy = .relay) {
    state = SyncState(account, policy: policy)
  }

  var account: SyncAccount { state.account }

  mutating func receive(
    _ content: FirehoseEvent.Content,
    from host: String = SyncAccountFixture.pds,
    size: Int = 1000
  ) -> [String] {
    id += 1
    return text(
      state.receive(SyncInput(id: id, host: host, content: content, size: size), at: now)
    )
  }

  mutating func resolved(_ identity: SyncIdentity, claims handle: Handle? = nil) -> [String] {
    text(state.identityResolved(.success(identity), claims: handle, at: now))
  }

  /// The identity of the fixture, fetched now.
  mutating func resolved(
    _ key: PublicKey = Fixture.key.publicKey,
    pds: String = SyncAccountFixture.pds,
    claims handle: Handle? = nil
  ) -> [String] {
    resolved(SyncIdentity(signingKey: key, pds: pds, checkedAt: now), claims: handle)
  }

  mutating func resolutionFailed(_ kind: SyncFailure.Kind) -> [String] {
    text(state.identityResolved(.failure(SyncFailure(kind, "test")), claims: nil, at: now))
  }

  mutating func hostStatus(_ result: Result<HostedStatus, SyncFailure>) -> [String] {
    text(state.hostStatusFetched(result, at: now))
  }

  mutating func fetched(_ commit: Commit) -> [String] {
    text(state.repositoryFetched(.success(commit), at: now))
  }

  mutating func fetchFailed(_ kind: SyncFailure.Kind = .temporary) -> [String] {
    text(state.repositoryFetched(.failure(SyncFailure(kind, "test")), at: now))
  }

  mutating func desynchronize() -> [String] { text(state.desynchronize(at: now)) }

  mutating func wake(after seconds: SyncTime = 0) -> [String] {
    now += seconds * 1_000_000
    return text(state.wake(at: now))
  }

  private func text(_ actions: [SyncAction]) -> [String] {
    actions.map { $0.text(at: now) }
  }
}

extension SyncAction {
  /// Times are in seconds from now.
  func text(at now: SyncTime) -> String {
    switch self {
    case .accept(let id, .commit): "accept \(id) commit"
    case .accept(let id, .sync): "accept \(id) sync"
    case .accept(let id, .identity(let handle)): "accept \(id) identity \(handle ?? "-")"
    case .accept(let id, .account(let status)): "accept \(id) account \(status.text)"
    case .reject(let id, let rejection): "reject \(id) \(rejection.reason.rawValue)"
    case .adopted: "adopted"
    case .statusFound(let status): "status \(status.text)"
    case .moved(let from, let to): "moved \(from ?? "-") \(to)"
    case .phaseChanged(let phase): "\(phase)"
    case .resolveIdentity(let isRefresh): isRefresh ? "refresh" : "resolve"
    case .fetchHostStatus: "ask status"
    case .fetchRepository: "fetch"
    case .wake(let time): "wake \(time > now ? (time - now) / 1_000_000 : 0)"
    }
  }
}

extension HostedStatus {
  fileprivate var text: String {
    status.map { isActive ? "active, \($0)" : $0 } ?? "active"
  }
}
