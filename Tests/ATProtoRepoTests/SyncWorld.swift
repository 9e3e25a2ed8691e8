import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// An account with its network, of which a state sees only a part.
struct SyncWorld {
  private enum Request: Hashable {
    case identity(isRefresh: Bool, since: SyncTime)
    case status
    case repository
  }

  private(set) var state: SyncState
  private(set) var fixture = SyncAccountFixture()
  private(set) var pds = "a.example.com"
  private var isActive = true
  private var now = SyncAccountFixture.now
  private var random: Random
  private var requests: [Request] = []
  private var wakes: [SyncTime] = []
  private(set) var undecided: Set<UInt64> = []
  private var history = History()

  /// What has happened so far.
  private struct History {
    var id: UInt64 = 0
    var commits: Set<CID> = []
    var old: [FirehoseEvent.Content] = []
    var lastRev: TID?
    var refreshes: [SyncTime] = []
    var kinds: Set<String> = []
  }

  init(seed: UInt64) {
    random = Random(state: 7000 + seed)
    var policy = SyncPolicy.relay
    policy.maximumQueuedEvents = 6
    state = SyncState(SyncAccount(did: Fixture.did), policy: policy)
    history.commits.insert(fixture.repository.commit.cid)
    history.old.append(fixture.firstMessage)
  }

  /// Whether the run has had events of several kinds.
  var isVaried: Bool { history.kinds.count >= 6 }

  private mutating func chance(_ one: UInt64, in all: UInt64) -> Bool { random.next() % all < one }

  // MARK: Steps

  mutating func step() {
    switch random.next() % 20 {
    case 0..<7: send(newCommit(), from: pds)
    case 7: _ = newCommit()
    case 8: send(fixture.sync, from: pds)
    case 9: send(history.old.randomElement(using: &random)!, from: pds)
    case 10: send(SyncAccountFixture.identity(), from: pds)
    case 11: send(forgery(), from: chance(1, in: 2) ? pds : "evil.example.com")
    case 12: send(SyncAccountFixture.account(false, "deleted"), from: "evil.example.com")
    case 13 where chance(1, in: 3): migrate()
    case 14:
      isActive.toggle()
      if chance(2, in: 3) { sendStatus() }
    case 15: now += random.next() % 90_000_000
    case 16 where chance(1, in: 4): now += 90_000_000_000
    default: answer()
    }
    now += random.next() % 2_000_000
    wakeUp()
  }

  private mutating func newCommit() -> FirehoseEvent.Content {
    let commit = fixture.commit(chance(1, in: 4) ? [] : nil)
    history.commits.insert(fixture.repository.commit.cid)
    history.old.append(commit)
    return commit
  }

  /// A message that follows the last one but is signed with another key.
  private mutating func forgery() -> FirehoseEvent.Content {
    let commit = Commit(
      did: Fixture.did,
      data: fixture.head.data,
      rev: Fixture.tid(100_000),
      signedBy: PrivateKey(generating: .k256)
    )
    if chance(1, in: 2) {
      return .sync(
        SyncMessage(did: Fixture.did.string, rev: commit.rev.string, blocks: commit.carFile())
      )
    }
    return .commit(
      CommitMessage(
        repo: Fixture.did.string,
        rev: commit.rev.string,
        since: fixture.head.rev.string,
        commit: commit.cid,
        blocks: commit.carFile(),
        operations: [],
        prevData: fixture.head.data
      )
    )
  }

  private mutating func migrate() {
    pds = pds == "a.example.com" ? "b.example.com" : "a.example.com"
    fixture.key = PrivateKey(generating: chance(1, in: 2) ? .k256 : .p256)
    isActive = true
    if chance(2, in: 3) { send(SyncAccountFixture.identity(), from: pds) }
    if chance(2, in: 3) { sendStatus() }
    if chance(2, in: 3) { send(newCommit(), from: pds) }
  }

  private mutating func sendStatus() {
    send(SyncAccountFixture.account(isActive, isActive ? nil : "deactivated"), from: pds)
  }

  private mutating func send(_ content: FirehoseEvent.Content, from host: String) {
    history.id += 1
    undecided.insert(history.id)
    let input = SyncInput(id: history.id, host: host, content: content, size: 100)
    check(state.receive(input, at: now))
  }

  // MARK: Answers

  /// Answers a request, perhaps with a failure.
  private mutating func answer(failing: Bool = true) {
    guard let request = requests.randomElement(using: &random) else { return }
    requests.removeAll { $0 == request }
    let fails = failing && chance(1, in: 3)
    let temporary = SyncFailure(.temporary, "test")
    switch request {
    case .identity(let isRefresh, let start):
      let kinds = [.temporary, .temporary, .notFound, .invalid] as [SyncFailure.Kind]
      let failure = SyncFailure(kinds.randomElement(using: &random)!, "test")
      if isRefresh, !fails { history.refreshes.append(start) }
      check(
        state.identityResolved(
          fails ? .failure(failure) : .success(identity),
          claims: nil,
          at: now
        )
      )
    case .status:
      let status = isActive ? HostedStatus.active : .inactive("deactivated")
      check(state.hostStatusFetched(fails ? .failure(temporary) : .success(status), at: now))
    case .repository:
      let commit = fixture.repository.commit
      check(state.repositoryFetched(fails ? .failure(temporary) : .success(commit), at: now))
    }
  }

  private var identity: SyncIdentity {
    SyncIdentity(signingKey: fixture.key.publicKey, pds: pds, checkedAt: now)
  }

  private mutating func wakeUp() {
    guard wakes.contains(where: { $0 <= now }) else {
      // A wake-up at another time is harmless.
      if chance(1, in: 10) { check(state.wake(at: now)) }
      return
    }
    wakes.removeAll { $0 <= now }
    check(state.wake(at: now))
  }

  /// Answers everything and lets time pass until nothing is expected.
  mutating func settle() {
    for _ in 0..<1000 where !state.isIdle {
      if requests.isEmpty, let next = wakes.min() { now = max(now, next) }
      answer(failing: false)
      wakeUp()
    }
  }

  /// The account is in order, and its PDS announces everything.
  mutating func announce() {
    isActive = true
    now += 60_000_000
    send(SyncAccountFixture.identity(), from: pds)
    settle()
    sendStatus()
    settle()
    send(newCommit(), from: pds)
    settle()
  }

  // MARK: Checks

  private mutating func check(_ actions: [SyncAction]) {
    for action in actions {
      history.kinds.insert(action.text(at: 0).filter { $0.isLetter || $0 == " " })
      switch action {
      case .accept(let id, let outcome):
        #expect(undecided.remove(id) != nil)
        check(outcome)
      case .reject(let id, _): #expect(undecided.remove(id) != nil)
      case .adopted(let commit):
        #expect(commit.rev >= history.lastRev ?? commit.rev)
        history.lastRev = commit.rev
      case .statusFound, .moved, .phaseChanged: break
      case .resolveIdentity(let isRefresh):
        #expect(!requests.contains { if case .identity = $0 { true } else { false } })
        if isRefresh, let last = history.refreshes.last { #expect(now >= last + 60_000_000) }
        requests.append(.identity(isRefresh: isRefresh, since: now))
      case .fetchHostStatus:
        #expect(!requests.contains(.status))
        requests.append(.status)
      case .fetchRepository:
        #expect(!requests.contains(.repository))
        requests.append(.repository)
      case .wake(let time): wakes.append(time)
      }
    }
  }

  /// Only genuine commits are accepted, each newer than the last.
  private mutating func check(_ outcome: SyncOutcome) {
    switch outcome {
    case .commit(let verified):
      #expect(history.commits.contains(verified.commit.cid))
      #expect(history.lastRev.map { verified.commit.rev > $0 } ?? true)
      // The chain is unbroken.
      if let last = history.lastRev { #expect(verified.since == last) }
      history.lastRev = verified.commit.rev
    case .sync(let verified):
      #expect(history.commits.contains(verified.commit.cid))
      #expect(history.lastRev.map { verified.commit.rev > $0 } ?? true)
      history.lastRev = verified.commit.rev
    case .identity(let handle): #expect(handle == nil)
    case .account(let status): #expect(status != .inactive("deleted"))
    }
  }
}
