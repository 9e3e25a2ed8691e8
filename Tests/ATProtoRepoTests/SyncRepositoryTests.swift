import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// Broken chains, and the repository that heals them.
@Suite struct SyncRepositoryTests {
  /// An account of which a commit was lost, so that the driver fetches the repository.
  private static func broken(
    policy: SyncPolicy = .relay
  ) -> (fixture: SyncAccountFixture, driver: SyncDriver) {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known, policy: policy)
    _ = fixture.commit()
    #expect(driver.receive(fixture.commit()) == ["inProgress", "fetch"])
    #expect(driver.account.phase == .inProgress)
    return (fixture, driver)
  }

  @Test("a commit after a lost one makes the repository be fetched, and is then old")
  func brokenChainIsHealed() {
    var (fixture, driver) = Self.broken()
    let commit = fixture.repository.commit
    #expect(driver.receive(fixture.commit()) == [])
    #expect(
      driver.fetched(commit)
        == ["adopted", "reject 1 revNotNewer", "accept 2 commit", "synchronized"]
    )
    #expect(driver.account.head == fixture.head && driver.account.phase == .synchronized)
    #expect(driver.state.isIdle)
  }

  @Test("a repository that already has the waiting commits makes them old")
  func newerRepositoryIsAdopted() {
    var (fixture, driver) = Self.broken()
    #expect(driver.receive(fixture.commit()) == [])
    #expect(driver.receive(fixture.sync) == [])
    #expect(
      driver.fetched(fixture.repository.commit) == [
        "adopted", "reject 1 revNotNewer", "reject 2 revNotNewer", "reject 3 revNotNewer",
        "synchronized",
      ]
    )
  }

  @Test("a second gap while the repository is being fetched makes it be fetched again")
  func secondGapIsHealed() {
    var (fixture, driver) = Self.broken()
    let commit = fixture.repository.commit
    _ = fixture.commit()
    #expect(driver.receive(fixture.commit()) == [])
    #expect(driver.fetched(commit) == ["adopted", "reject 1 revNotNewer", "fetch"])
    #expect(driver.account.phase == .inProgress)
    #expect(
      driver.fetched(fixture.repository.commit)
        == ["adopted", "reject 2 revNotNewer", "synchronized"]
    )
  }

  @Test("#account and #identity do not wait for the repository")
  func statusDoesNotWait() {
    var (fixture, driver) = Self.broken()
    #expect(
      driver.receive(SyncAccountFixture.account(false, "deleted")) == ["accept 2 account deleted"]
    )
    #expect(driver.receive(SyncAccountFixture.identity()) == ["refresh"])
    #expect(driver.resolved() == ["accept 3 identity -"])
    #expect(driver.receive(fixture.commit()) == ["ask status"])
    #expect(
      driver.hostStatus(.success(.inactive("deleted"))) == ["wake 60", "reject 4 inactive"]
    )
  }

  // MARK: Limits

  @Test("more waiting commits than the limit are dropped, and the repository is fetched again")
  func fullQueueIsHealed() {
    var policy = SyncPolicy.relay
    policy.maximumQueuedEvents = 100
    var (fixture, driver) = Self.broken(policy: policy)
    let commit = fixture.repository.commit
    for _ in 2...100 { #expect(driver.receive(fixture.commit(), size: 10) == []) }
    #expect(driver.receive(fixture.commit(), size: 10) == ["reject 101 queueFull"])
    #expect(driver.state.queuedBytes == 1000 + 99 * 10)
    #expect(driver.receive(SyncAccountFixture.account(true)) == ["accept 102 account active"])
    var expected = ["adopted", "reject 1 revNotNewer"]
    expected += (2...100).map { "accept \($0) commit" }
    #expect(driver.fetched(commit) == expected + ["fetch"])
    #expect(driver.fetched(fixture.repository.commit) == ["adopted", "synchronized"])
    #expect(driver.account.head == fixture.head)
  }

  @Test("one frame may always wait, and no more than the limit of bytes")
  func bytesAreLimited() {
    var policy = SyncPolicy.relay
    policy.maximumQueuedBytes = 5000
    var (fixture, driver) = Self.broken(policy: policy)
    #expect(driver.receive(fixture.commit(), size: 4001) == ["reject 2 queueFull"])
    #expect(driver.receive(fixture.commit(), size: 4000) == [])
    #expect(driver.receive(SyncAccountFixture.account(true), size: 6000).count == 1)
    var empty = SyncDriver(SyncAccount(did: Fixture.did), policy: policy)
    #expect(empty.receive(fixture.commit(), size: 6000) == ["resolve"])
  }

  // MARK: Failures

  @Test("a repository that cannot be fetched is fetched again, after pauses of up to an hour")
  func fetchesBackOff() {
    var (fixture, driver) = Self.broken()
    #expect(driver.fetchFailed() == ["wake 60", "reject 1 desynchronized", "desynchronized"])
    for delay in [60, 120, 240, 480, 960, 1920, 3600, 3600] as [SyncTime] {
      #expect(driver.receive(fixture.commit()) == ["reject \(driver.id) desynchronized"])
      #expect(driver.wake(after: delay - 1) == [])
      #expect(driver.wake(after: 1) == ["fetch"])
      #expect(driver.account.phase == .desynchronized)
      #expect(driver.receive(fixture.commit()) == [])
      let next = min(delay * 2, 3600)
      #expect(
        driver.fetchFailed(.notFound) == ["wake \(next)", "reject \(driver.id) desynchronized"]
      )
    }
    #expect(driver.wake(after: 3600) == ["fetch"])
    #expect(driver.fetched(fixture.repository.commit) == ["adopted", "synchronized"])
    #expect(driver.state.isIdle)
  }

  @Test("an old, future, or foreign commit is not adopted")
  func unacceptableCommitsAreNotAdopted() {
    let old = SyncAccountFixture().repository.commit
    var fixture = SyncAccountFixture()
    _ = fixture.commit()
    let account = fixture.known
    func commit(_ did: DID, _ rev: TID) -> Commit {
      Commit(did: did, data: old.data, rev: rev, signedBy: Fixture.key)
    }
    let future = SyncAccountFixture.now + 300_000_001
    for commit in [
      old, commit("did:plc:other", Fixture.tid(50)),
      commit(Fixture.did, TID(microseconds: future, clockIdentifier: 0)!),
      commit(Fixture.did, TID(rawValue: 1 << 63)),
    ] {
      var driver = SyncDriver(account)
      #expect(driver.desynchronize() == ["inProgress", "fetch"])
      #expect(driver.fetched(commit) == ["wake 60", "desynchronized"])
      #expect(driver.account.head == account.head)
    }
    var driver = SyncDriver(account)
    _ = driver.desynchronize()
    #expect(driver.fetched(fixture.repository.commit) == ["adopted", "synchronized"])
  }

  @Test("a repository is not adopted after its identity has stopped working")
  func repositoryWithoutIdentityIsNotAdopted() {
    var (fixture, driver) = Self.broken()
    driver.now += 86_400_000_000
    #expect(driver.receive(fixture.commit()) == ["resolve"])
    #expect(
      driver.resolutionFailed(.tombstoned)
        == ["wake 60", "status deleted", "reject 1 tombstoned", "reject 2 tombstoned"]
    )
    #expect(driver.fetched(fixture.repository.commit) == ["wake 60", "desynchronized"])
  }

  // MARK: #sync

  @Test(
    "a relay adopts the commit of #sync, with the same tree or another",
    arguments: [true, false]
  )
  func relayAdoptsSync(isSameTree: Bool) {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    _ = fixture.commit(isSameTree ? [] : nil)
    #expect(driver.receive(fixture.sync) == ["accept 1 sync"])
    #expect(driver.account.head == fixture.head)
    #expect(driver.receive(fixture.sync) == ["reject 2 revNotNewer"])
    #expect(driver.receive(fixture.commit()) == ["accept 3 commit"])
  }

  @Test("#sync ends a desynchronized phase of a relay")
  func syncHealsARelay() {
    var (fixture, driver) = Self.broken()
    _ = driver.fetchFailed()
    #expect(driver.receive(fixture.sync) == ["accept 2 sync", "synchronized"])
    #expect(driver.receive(fixture.commit()) == ["accept 3 commit"])
    #expect(driver.wake(after: 60) == [])
    #expect(driver.state.isIdle)
  }

  @Test("a service that keeps records fetches the repository after #sync with another tree")
  func consumerFetchesAfterSync() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known, policy: .consumer)
    _ = fixture.commit([])
    #expect(driver.receive(fixture.sync) == ["accept 1 sync"])
    _ = fixture.commit()
    #expect(driver.receive(fixture.sync) == ["accept 2 sync", "inProgress", "fetch"])
    #expect(driver.receive(fixture.commit()) == [])
    #expect(
      driver.fetched(fixture.repository.commit)
        == ["adopted", "reject 3 revNotNewer", "synchronized"]
    )
  }

  @Test("#sync does not end a desynchronized phase of a service that keeps records")
  func syncDoesNotHealAConsumer() {
    var (fixture, driver) = Self.broken(policy: .consumer)
    _ = driver.fetchFailed()
    #expect(driver.receive(fixture.sync) == ["reject 2 desynchronized"])
  }

  // MARK: Beginnings

  @Test("a service that keeps records begins with the repository")
  func consumerBeginsDesynchronized() {
    var fixture = SyncAccountFixture()
    let account = SyncAccount(did: Fixture.did, phase: .desynchronized)
    var driver = SyncDriver(account, policy: .consumer)
    #expect(driver.receive(fixture.firstMessage) == ["resolve"])
    #expect(driver.resolved() == ["fetch"])
    #expect(driver.receive(fixture.commit()) == [])
    #expect(
      driver.fetched(SyncAccountFixture().repository.commit)
        == ["adopted", "reject 1 revNotNewer", "accept 2 commit", "synchronized"]
    )
  }

  @Test(
    "a fetch that was interrupted begins again",
    arguments: [.inProgress, .desynchronized] as [SyncPhase]
  )
  func interruptedFetchBeginsAgain(_ phase: SyncPhase) {
    let fixture = SyncAccountFixture()
    var account = fixture.known
    account.phase = phase
    var driver = SyncDriver(account)
    #expect(!driver.state.isIdle)
    #expect(driver.wake() == ["fetch"])
    #expect(driver.wake() == [])
    #expect(driver.fetched(fixture.repository.commit) == ["adopted", "synchronized"])
  }

  @Test("a state that missed events on purpose fetches the repository, once")
  func desynchronizeFetches() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    #expect(driver.desynchronize() == ["inProgress", "fetch"])
    #expect(driver.desynchronize() == [])
    #expect(driver.fetchFailed() == ["wake 60", "desynchronized"])
    #expect(driver.desynchronize() == ["fetch"])
    _ = fixture.commit()
    #expect(driver.fetched(fixture.repository.commit) == ["adopted", "synchronized"])
  }

  @Test("the repository of an account without a working identity is not fetched")
  func repositoryWaitsForTheIdentity() {
    let fixture = SyncAccountFixture()
    var account = fixture.known
    account.identity = nil
    var driver = SyncDriver(account)
    #expect(driver.desynchronize() == ["inProgress", "resolve"])
    #expect(driver.resolutionFailed(.temporary) == ["wake 1"])
    #expect(driver.wake(after: 1) == ["resolve"])
    #expect(driver.resolutionFailed(.notFound) == ["wake 60", "wake 60", "desynchronized"])
    #expect(driver.wake(after: 60) == ["resolve"])
    #expect(driver.resolved() == ["moved - pds.example.com", "fetch"])
  }
}
