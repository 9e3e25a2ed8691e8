import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// Events of other hosts than the PDS, and `#identity`.
@Suite struct SyncHostTests {
  private static let pds = SyncAccountFixture.pds
  private static let other = "other.example.com"

  /// An account that is followed, before the samples.
  private static let known = SyncAccountFixture().known

  // MARK: Other hosts

  @Test("the last identity event of an old PDS announces the move")
  func identityEventOfTheOldPDSIsAccepted() {
    var driver = SyncDriver(SyncAccountFixture().known)
    let old = SyncAccountFixture.pds
    #expect(driver.receive(SyncAccountFixture.identity("alice.example.com")) == ["refresh"])
    #expect(
      driver.resolved(pds: "new.example.com", claims: "alice.example.com")
        == ["moved \(old) new.example.com", "accept 1 identity alice.example.com"]
    )
    // The next one is a stranger's.
    driver.now += 1
    #expect(driver.receive(SyncAccountFixture.identity()) == ["wake 59"])
    #expect(driver.wake(after: 60) == ["refresh"])
    #expect(driver.resolved(pds: "new.example.com") == ["reject 2 wrongHost"])
  }

  @Test("an event from another host is rejected after one refresh per minute", arguments: 0..<3)
  func strangerIsRejected(index: Int) {
    let (name, content) = SyncAccountFixture.samples[index]
    var driver = SyncDriver(Self.known)
    #expect(driver.receive(content, from: Self.other) == ["refresh"])
    #expect(driver.resolved() == ["reject 1 wrongHost"])
    #expect(driver.receive(content, from: Self.other) == ["reject 2 wrongHost"])
    driver.now += 59_999_999
    #expect(driver.receive(content, from: "third.example.com") == ["wake 0"])
    driver.now += 1
    #expect(driver.receive(content, from: Self.other) == [])
    #expect(driver.wake() == ["refresh"])
    #expect(
      driver.resolved(pds: Self.other)
        == ["moved \(Self.pds) \(Self.other)", "reject 3 wrongHost", "accept 4 \(name)"]
    )
    // The old PDS repeats itself.
    let reason = index == 2 ? "wrongHost" : "revNotNewer"
    #expect(driver.receive(content) == ["reject 5 \(reason)"])
    #expect(driver.state.isIdle)
  }

  @Test("events of a new PDS that arrive soon after a refresh wait for the next one")
  func newPDSIsAcceptedAfterAStaleAnswer() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    #expect(driver.receive(SyncAccountFixture.identity(), from: Self.other) == ["refresh"])
    driver.now += 1_000_000
    #expect(driver.receive(SyncAccountFixture.account(true), from: Self.other) == [])
    // A replica of the PLC directory has not seen the move yet.
    #expect(driver.resolved() == ["reject 1 wrongHost", "wake 59"])
    driver.now += 4_000_000
    _ = fixture.commit()
    #expect(driver.receive(SyncAccountFixture.identity(), from: Self.other) == [])
    #expect(driver.receive(fixture.sync, from: Self.other) == [])
    #expect(driver.wake(after: 54) == [])
    #expect(driver.wake(after: 1) == ["refresh"])
    #expect(
      driver.resolved(pds: Self.other)
        == [
          "moved \(Self.pds) \(Self.other)", "accept 2 account active", "accept 3 identity -",
          "accept 4 sync",
        ]
    )
    #expect(driver.state.isIdle)
  }

  @Test("an event per second from another host causes one refresh per minute")
  func eventsOfOtherHostsCauseOneRefreshPerMinute() {
    var driver = SyncDriver(Self.known)
    var lookups = 0
    for _ in 0..<600 {
      driver.now += 1_000_000
      let actions = driver.receive(SyncAccountFixture.account(false), from: Self.other)
      guard (actions + driver.wake()).contains("refresh") else { continue }
      lookups += 1
      _ = driver.resolved()
    }
    #expect(lookups == 10)
    #expect(driver.state.queuedBytes <= 60_000)
  }

  @Test("events of other hosts do not delay those of the PDS")
  func eventsOfOtherHostsDoNotDelayThePDS() {
    var fixture = SyncAccountFixture()
    let later = SyncAccountFixture.laterSync
    var driver = SyncDriver(fixture.known)
    #expect(driver.receive(later, from: Self.other) == ["refresh"])
    #expect(driver.receive(fixture.commit()) == ["accept 2 commit"])
    #expect(driver.resolutionFailed(.temporary) == ["wake 1"])
    #expect(driver.receive(fixture.commit()) == ["accept 3 commit"])
    #expect(driver.receive(later, from: Self.other) == [])
    #expect(driver.wake(after: 1) == ["refresh"])
    #expect(driver.resolved() == ["reject 1 wrongHost", "reject 4 wrongHost"])
    #expect(driver.state.isIdle)
  }

  @Test("events of other hosts do not take the places of the PDS")
  func strangersDoNotFillTheQueue() {
    var fixture = SyncAccountFixture()
    var policy = SyncPolicy.relay
    policy.maximumQueuedEvents = 100
    var driver = SyncDriver(fixture.known, policy: policy)
    let sync = SyncAccountFixture.laterSync
    #expect(driver.receive(sync, from: Self.other) == ["refresh"])
    for _ in 2...100 { #expect(driver.receive(sync, from: Self.other) == []) }
    #expect(driver.receive(sync, from: Self.other) == ["reject 101 queueFull"])
    #expect(driver.receive(fixture.commit()) == ["accept 102 commit"])
    // What a stranger has lost is not fetched.
    #expect(driver.resolved().allSatisfy { $0.hasSuffix("wrongHost") })
    #expect(driver.state.isIdle)
  }

  @Test("a consumer of a relay does not compare hosts")
  func consumerDoesNotCheckHosts() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known, policy: .consumer)
    #expect(driver.receive(fixture.commit(), from: "relay.example.com") == ["accept 1 commit"])
  }

  @Test("a consumer of a relay accepts #account without an identity")
  func consumerAcceptsStatusAtOnce() {
    var driver = SyncDriver(SyncAccount(did: Fixture.did), policy: .consumer)
    #expect(
      driver.receive(SyncAccountFixture.account(false, "deleted"), from: "relay.example.com")
        == ["accept 1 account deleted"]
    )
  }

  // MARK: #identity

  @Test(
    "the handle of #identity is passed on if the document claims it",
    arguments: [
      ("alice.example.com", "alice.example.com", "alice.example.com"),
      ("Alice.example.com", "alice.example.com", "Alice.example.com"),
      ("mallory.example.com", "alice.example.com", "-"), ("alice.example.com", nil, "-"),
      (nil, "alice.example.com", "-"), ("handle.invalid", "alice.example.com", "-"),
      ("not a handle", nil, "-"),
    ] as [(String?, Handle?, String)]
  )
  func claimedHandleIsPassedOn(_ handle: String?, _ claimed: Handle?, _ expected: String) {
    var driver = SyncDriver(Self.known)
    #expect(driver.receive(SyncAccountFixture.identity(handle)) == ["refresh"])
    #expect(driver.resolved(claims: claimed) == ["accept 1 identity \(expected)"])
    #expect(driver.account.refreshedAt == driver.now)
  }

  @Test("#identity of a new account is accepted after one lookup")
  func newAccountIsLookedUpOnce() {
    let fixture = SyncAccountFixture()
    var driver = SyncDriver(SyncAccount(did: Fixture.did))
    #expect(driver.receive(SyncAccountFixture.identity("alice.example.com")) == ["refresh"])
    #expect(driver.receive(SyncAccountFixture.account(true)) == [])
    #expect(driver.receive(fixture.firstMessage) == [])
    #expect(
      driver.resolved(claims: "alice.example.com")
        == [
          "moved - \(Self.pds)", "accept 1 identity alice.example.com", "accept 2 account active",
          "accept 3 commit",
        ]
    )
    #expect(driver.state.isIdle)
  }

  @Test("#identity from another host is accepted only if the identity has changed")
  func identityOfAStrangerMustBeTrue() {
    let key = PrivateKey(generating: .p256).publicKey
    for (change, expected) in [
      ({ $0.resolved() }, ["reject 1 wrongHost"]),
      ({ $0.resolved(key) }, ["accept 1 identity -"]),
      (
        { $0.resolved(pds: "third.example.com") },
        ["moved \(Self.pds) third.example.com", "accept 1 identity -"]
      ),
      (
        { $0.resolved(pds: Self.other) },
        ["moved \(Self.pds) \(Self.other)", "accept 1 identity -"]
      ),
    ] as [((inout SyncDriver) -> [String], [String])] {
      var driver = SyncDriver(Self.known)
      #expect(driver.receive(SyncAccountFixture.identity(), from: Self.other) == ["refresh"])
      #expect(change(&driver) == expected)
    }
  }

  @Test("#identity is passed on at once while the PLC directory is down")
  func identityDoesNotWaitForThePLCDirectory() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    #expect(driver.receive(SyncAccountFixture.identity("alice.example.com")) == ["refresh"])
    #expect(driver.receive(fixture.commit()) == [])
    #expect(
      driver.resolutionFailed(.temporary) == ["wake 1", "accept 1 identity -", "accept 2 commit"]
    )
    #expect(driver.receive(SyncAccountFixture.identity()) == ["accept 3 identity -"])
    #expect(driver.wake(after: 1) == ["refresh"])
    #expect(driver.resolved() == [])
    #expect(driver.state.isIdle)
  }

  @Test("#identity soon after a refresh is accepted, and the refresh is postponed")
  func refreshIsPostponed() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    _ = driver.receive(SyncAccountFixture.identity())
    _ = driver.resolved()
    driver.now += 10_000_000
    #expect(driver.receive(SyncAccountFixture.identity()) == ["wake 50", "accept 2 identity -"])
    #expect(driver.receive(SyncAccountFixture.identity()) == ["accept 3 identity -"])
    // The key has been rotated; the commit waits instead of being lost.
    fixture.key = PrivateKey(generating: .p256)
    #expect(driver.receive(fixture.commit()) == [])
    #expect(driver.wake(after: 49) == [])
    #expect(driver.wake(after: 1) == ["refresh"])
    #expect(driver.resolved(fixture.key.publicKey) == ["accept 4 commit"])
    #expect(driver.state.isIdle)
  }
}
