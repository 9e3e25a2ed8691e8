import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// Events whose identity is not known, is old, or does not work, and signatures with other keys.
@Suite struct SyncIdentityTests {
  private static let pds = SyncAccountFixture.pds

  /// An account that is followed, before the samples.
  private static let known = SyncAccountFixture().known

  // MARK: An identity that is not known

  @Test("an event of an unknown account waits for its identity", arguments: 0..<3)
  func eventWaitsForTheIdentity(index: Int) {
    let (name, content) = SyncAccountFixture.samples[index]
    var account = Self.known
    account.identity = nil
    var driver = SyncDriver(account)
    #expect(driver.receive(content, size: 700) == ["resolve"])
    #expect(!driver.state.isIdle && driver.state.queuedBytes == 700)
    #expect(driver.resolved() == ["moved - \(Self.pds)", "accept 1 \(name)"])
    #expect(driver.state.isIdle && driver.state.queuedBytes == 0)
  }

  @Test("an identity is resolved again after its lifetime")
  func oldIdentityIsResolvedAgain() {
    var driver = SyncDriver(Self.known)
    driver.now += 86_400_000_000 - 1
    #expect(driver.receive(SyncAccountFixture.account(true)) == ["accept 1 account active"])
    driver.now += 1
    #expect(
      driver.receive(SyncAccountFixture.account(true)) == ["resolve", "accept 2 account active"]
    )
    #expect(driver.resolved() == [])
    #expect(driver.account.identity?.checkedAt == driver.now)
  }

  @Test("an old identity is used while the PLC directory is down")
  func oldIdentityIsUsedDuringAnOutage() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    driver.now += 86_400_000_000
    // The directory may take long to fail, too.
    #expect(driver.receive(fixture.commit()) == ["resolve", "accept 1 commit"])
    #expect(driver.receive(fixture.commit()) == ["accept 2 commit"])
    #expect(driver.resolutionFailed(.temporary) == ["wake 1"])
    #expect(driver.wake(after: 1) == ["resolve"])
    #expect(driver.receive(fixture.commit()) == ["accept 3 commit"])
    #expect(driver.resolved() == [])
    #expect(driver.state.isIdle)
  }

  @Test("events wait while the PLC directory is down, and none is lost")
  func eventsWaitDuringAnOutage() {
    var fixture = SyncAccountFixture()
    var account = fixture.known
    account.identity = nil
    var driver = SyncDriver(account)
    #expect(driver.receive(fixture.commit()) == ["resolve"])
    for delay in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] as [SyncTime] {
      #expect(driver.resolutionFailed(.temporary) == ["wake \(delay)"])
      #expect(driver.receive(fixture.commit()) == [])
      #expect(driver.wake(after: delay - 1) == [])
      #expect(driver.wake(after: 1) == ["resolve"])
    }
    let accepted = (1...12).map { "accept \($0) commit" }
    #expect(driver.resolved() == ["moved - \(Self.pds)"] + accepted)
    #expect(driver.account.head == fixture.head)
  }

  @Test(
    "events are rejected if the identity does not work, which is remembered for a minute",
    arguments: [
      (.notFound, "noIdentity"), (.invalid, "noIdentity"), (.tombstoned, "tombstoned"),
    ] as [(SyncFailure.Kind, String)]
  )
  func missingIdentityRejects(_ kind: SyncFailure.Kind, _ reason: String) {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(SyncAccount(did: Fixture.did))
    #expect(driver.receive(fixture.firstMessage) == ["resolve"])
    #expect(driver.receive(SyncAccountFixture.identity()) == [])
    #expect(
      driver.resolutionFailed(kind) == ["wake 60", "reject 1 \(reason)", "reject 2 \(reason)"]
    )
    #expect(driver.receive(fixture.commit()) == ["reject 3 \(reason)"])
    #expect(driver.receive(SyncAccountFixture.account(true)) == ["reject 4 \(reason)"])
    #expect(driver.account == SyncAccount(did: Fixture.did))
    #expect(!driver.state.isIdle)
    #expect(driver.wake(after: 60) == [])
    #expect(driver.state.isIdle)
    #expect(driver.receive(fixture.commit()) == ["resolve"])
  }

  @Test("a known account whose DID is given up is found deleted, once")
  func tombstoneDeletesTheAccount() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    driver.now += 86_400_000_000
    #expect(driver.receive(fixture.commit()) == ["resolve", "accept 1 commit"])
    #expect(
      driver.resolutionFailed(.tombstoned) == ["wake 60", "status deleted"]
    )
    #expect(driver.account.upstream == .inactive("deleted") && driver.account.identity == nil)
    _ = driver.wake(after: 60)
    #expect(driver.receive(fixture.commit()) == ["resolve"])
    #expect(driver.resolutionFailed(.tombstoned) == ["wake 60", "reject 2 tombstoned"])
  }

  @Test("a DID that comes back is active again after its host confirms it")
  func tombstoneIsReversed() {
    var fixture = SyncAccountFixture()
    var account = fixture.known
    account.identity = nil
    account.upstream = .inactive("deleted")
    var driver = SyncDriver(account)
    #expect(driver.receive(fixture.commit()) == ["resolve"])
    #expect(driver.resolved() == ["moved - \(Self.pds)", "ask status"])
    #expect(
      driver.hostStatus(.success(.active)) == ["wake 60", "status active", "accept 1 commit"]
    )
  }

  // MARK: Signatures

  @Test("a commit with a new key is accepted after a refresh")
  func rotatedKeyIsFound() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    fixture.key = PrivateKey(generating: .p256)
    #expect(driver.receive(fixture.commit()) == ["refresh"])
    #expect(driver.receive(fixture.commit()) == [])
    #expect(
      driver.resolved(fixture.key.publicKey) == ["accept 1 commit", "accept 2 commit"]
    )
  }

  @Test("a commit whose signature remains invalid is rejected", arguments: [true, false])
  func invalidSignatureIsRejected(keyChanges: Bool) {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    fixture.key = PrivateKey(generating: .p256)
    let current = keyChanges ? PrivateKey(generating: .k256) : Fixture.key
    #expect(driver.receive(fixture.commit()) == ["refresh"])
    #expect(driver.resolved(current.publicKey) == ["reject 1 badSignature"])
    #expect(driver.receive(fixture.commit()) == ["reject 2 badSignature"])
    #expect(driver.account.head == SyncAccountFixture().head)
  }

  @Test("a commit whose signature is invalid waits while the PLC directory is down")
  func invalidSignatureWaitsForThePLCDirectory() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    fixture.key = PrivateKey(generating: .p256)
    #expect(driver.receive(fixture.commit()) == ["refresh"])
    #expect(driver.resolutionFailed(.temporary) == ["wake 1"])
    #expect(driver.wake(after: 1) == ["refresh"])
    #expect(driver.resolved(fixture.key.publicKey) == ["accept 1 commit"])
  }

  @Test("a thousand invalid signatures cause one lookup in a minute")
  func invalidSignaturesAreBounded() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    fixture.key = PrivateKey(generating: .k256)
    let commit = fixture.commit()
    var lookups = 0
    for _ in 0..<1000 {
      driver.now += 50_000
      guard driver.receive(commit) == ["refresh"] else { continue }
      lookups += 1
      _ = driver.resolved()
    }
    #expect(lookups == 1)
    #expect(driver.state.isIdle)
  }
}
