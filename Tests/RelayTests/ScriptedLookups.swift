import ATProtoCrypto
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Synchronization

@testable import Relay

/// A network of simulated accounts: what the PLC directory and hosts would answer.
final class ScriptedLookups: AccountLookups {
  private struct State {
    var accounts: [DID: SimulatedAccount] = [:]
    var failure: SyncFailure?
    var fetchFailure: SyncFailure?
    var tombstones: Set<DID> = []
    var counts: [String: Int] = [:]
    var isStuck = false
    var stuck: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func add(_ account: SimulatedAccount) {
    state.withLock { $0.accounts[account.did] = account }
  }

  func tombstone(_ account: SimulatedAccount) {
    state.withLock { _ = $0.tombstones.insert(account.did) }
  }

  /// The answer to every lookup of an identity, or nil.
  var failure: SyncFailure? {
    get { state.withLock { $0.failure } }
    set { state.withLock { $0.failure = newValue } }
  }

  /// The answer to every fetch of a repository, or nil.
  var fetchFailure: SyncFailure? {
    get { state.withLock { $0.fetchFailure } }
    set { state.withLock { $0.fetchFailure = newValue } }
  }

  /// Whether lookups of identities and fetches of repositories hang. Fetches hang after they have
  /// read the repository.
  var isStuck: Bool {
    get { state.withLock { $0.isStuck } }
    set {
      let stuck = state.withLock { state in
        state.isStuck = newValue
        defer { state.stuck = [] }
        return state.stuck
      }
      for continuation in stuck { continuation.resume() }
    }
  }

  private func waitIfStuck() async {
    guard isStuck else { return }
    await withCheckedContinuation { continuation in
      state.withLock { $0.stuck.append(continuation) }
    }
  }

  /// The number of lookups of a kind: `identity`, `status`, `repository`, `collections`.
  func count(_ name: String) -> Int { state.withLock { $0.counts[name] ?? 0 } }

  func identity(
    of did: DID,
    isRefresh: Bool,
    for host: String
  ) async -> Result<ResolvedIdentity, SyncFailure> {
    await waitIfStuck()
    return state.withLock { state in
      state.counts["identity", default: 0] += 1
      if let failure = state.failure { return .failure(failure) }
      if state.tombstones.contains(did) { return .failure(SyncFailure(.tombstoned, "test")) }
      guard let account = state.accounts[did], let url = HTTPURL(account.pds),
        let name = HostName(pds: url)
      else { return .failure(SyncFailure(.notFound, "test")) }
      let identity = SyncIdentity(
        signingKey: account.key.publicKey,
        pds: name.text,
        checkedAt: SimulatedAccount.now
      )
      return .success(ResolvedIdentity(identity, claims: account.handle))
    }
  }

  func hostStatus(of did: DID, at pds: String) async -> Result<HostedStatus, SyncFailure> {
    state.withLock { state in
      state.counts["status", default: 0] += 1
      guard let account = state.accounts[did] else {
        return .failure(SyncFailure(.notFound, "test"))
      }
      return .success(account.status)
    }
  }

  func repository(
    of did: DID,
    at pds: String,
    signedBy key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure> {
    let result = fetch(did, "repository")
    await waitIfStuck()
    return result
  }

  func collections(
    of did: DID,
    at pds: String,
    signedBy key: PublicKey
  ) async -> Result<FetchedRepository, SyncFailure> {
    let result = fetch(did, "collections")
    await waitIfStuck()
    return result
  }

  private func fetch(_ did: DID, _ name: String) -> Result<FetchedRepository, SyncFailure> {
    let answer = state.withLock { state -> Result<SimulatedAccount, SyncFailure> in
      state.counts[name, default: 0] += 1
      if let failure = state.fetchFailure { return .failure(failure) }
      guard let account = state.accounts[did] else {
        return .failure(SyncFailure(.notFound, "test"))
      }
      return .success(account)
    }
    return answer.flatMap { account in
      do {
        var reader = CollectionReader()
        try reader.append(account.car)
        return .success(try reader.finish())
      } catch {
        return .failure(SyncFailure(.invalid, "\(error)"))
      }
    }
  }
}
