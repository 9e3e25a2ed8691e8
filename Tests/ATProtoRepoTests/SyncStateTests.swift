import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// Events that are decided at once, and the status at the host.
@Suite struct SyncStateTests {
  private static let pds = SyncAccountFixture.pds

  @Test("a commit that follows moves the head")
  func commitMovesTheHead() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    #expect(driver.receive(fixture.commit()) == ["accept 1 commit"])
    #expect(driver.receive(fixture.commit()) == ["accept 2 commit"])
    #expect(driver.account.head == fixture.head)
    #expect(driver.account.commit == fixture.repository.commit.cid)
    #expect(driver.state.isIdle)
  }

  @Test("the first commit of an unknown account is accepted with its checks")
  func firstCommitIsAccepted() {
    let fixture = SyncAccountFixture()
    var driver = SyncDriver(SyncAccount(did: Fixture.did, identity: fixture.identity))
    #expect(driver.receive(fixture.firstMessage) == ["accept 1 commit"])
    #expect(driver.account.head == fixture.head)
  }

  @Test("the first commit of an unknown account is inverted like any other")
  func firstCommitIsInverted() {
    let fixture = SyncAccountFixture()
    var message = CommitVerifierTests.message(fixture.first)
    message.operations.removeLast()
    var driver = SyncDriver(SyncAccount(did: Fixture.did, identity: fixture.identity))
    #expect(driver.receive(.commit(message)) == ["reject 1 inversionMismatch"])
    #expect(driver.account.head == nil)
  }

  /// Every case that the verifier rejects without a consequence for the account.
  @Test(
    "a commit that breaks a requirement is rejected and changes nothing",
    arguments: CommitVerifierTests.cases.filter {
      SyncError($0.code, "").consequence == .reject || $0.code == .revNotNewer
    }
  )
  func invalidCommitIsRejected(_ sample: CommitVerifierTests.Case) throws {
    var message = CommitVerifierTests.message(CommitVerifierTests.sample.result)
    var known = CommitVerifierTests.account(CommitVerifierTests.sample.head)
    try sample.change(&message, &known)
    let account = SyncAccount(
      did: known.did,
      identity: SyncIdentity(
        signingKey: known.signingKey,
        pds: Self.pds,
        checkedAt: SyncAccountFixture.now
      ),
      head: known.head
    )
    var driver = SyncDriver(account)
    let code = sample.code == .malformedMessage ? "malformed" : sample.code.rawValue
    #expect(driver.receive(.commit(message)) == ["reject 1 \(code)"])
    #expect(driver.account == account)
    #expect(driver.state.isIdle)
  }

  @Test("every code of a message's error is a reason of a rejection")
  func codesAreReasons() {
    for sample in CommitVerifierTests.cases where sample.code != .malformedMessage {
      #expect(SyncRejection.Reason(rawValue: sample.code.rawValue) != nil)
    }
  }

  @Test("a frame that is malformed or not about an account is rejected")
  func otherFramesAreRejected() {
    var driver = SyncDriver(SyncAccountFixture().known)
    #expect(driver.receive(.malformed(reason: "")) == ["reject 1 malformed"])
    #expect(driver.receive(.unknown) == ["reject 2 malformed"])
    #expect(driver.receive(.info(name: "OutdatedCursor", message: nil)) == ["reject 3 malformed"])
  }

  @Test("a lenient relay follows a host from before Sync 1.1")
  func lenientRelayFollowsOldHosts() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known, policy: .lenientRelay)
    for id in 1...3 {
      var message = fixture.message([
        .update(Fixture.path(1), record: Fixture.record(1000 + id))
      ])
      message.prevData = nil
      message.operations[0].prev = nil
      #expect(driver.receive(.commit(message)) == ["accept \(id) commit"])
    }
    #expect(driver.account.head == fixture.head)
  }

  // MARK: #account and the status at the host

  @Test(
    "the status that the host reports is kept",
    arguments: [
      (true, nil, "active"), (true, "throttled", "active, throttled"),
      (true, "", "active"), (false, "deactivated", "deactivated"), (false, "deleted", "deleted"),
      (false, "resting", "resting"), (false, nil, "inactive"), (false, "", "inactive"),
      (false, String(repeating: "é", count: 32), String(repeating: "é", count: 32)),
      (false, String(repeating: "é", count: 33), "inactive"),
    ] as [(Bool, String?, String)]
  )
  func statusIsKept(_ isActive: Bool, _ status: String?, _ expected: String) {
    var driver = SyncDriver(SyncAccountFixture().known)
    let event = SyncAccountFixture.account(isActive, status)
    #expect(driver.receive(event) == ["accept 1 account \(expected)"])
    #expect(driver.account.upstream == HostedStatus(isActive: isActive, status: status))
    #expect(driver.state.isIdle)
  }

  private func inactive(_ fixture: SyncAccountFixture) -> SyncDriver {
    var account = fixture.known
    account.upstream = .inactive("deactivated")
    return SyncDriver(account)
  }

  @Test("data of an inactive account is rejected, and the host is asked once a minute")
  func statusOfAnInactiveAccountIsFetchedOncePerMinute() {
    var fixture = SyncAccountFixture()
    var driver = inactive(fixture)
    #expect(driver.receive(fixture.commit()) == ["ask status"])
    #expect(driver.receive(fixture.sync) == [])
    #expect(
      driver.hostStatus(.success(.inactive("deactivated")))
        == ["wake 60", "reject 1 inactive", "reject 2 inactive"]
    )
    #expect(driver.receive(fixture.commit()) == ["reject 3 inactive"])
    #expect(!driver.state.isIdle)
    #expect(driver.wake(after: 59) == [])
    #expect(driver.receive(fixture.commit()) == ["reject 4 inactive"])
    #expect(driver.wake(after: 1) == [])
    #expect(driver.state.isIdle)
    #expect(driver.receive(fixture.commit()) == ["ask status"])
  }

  @Test("data of an inactive account that is known already is no reason to ask the host")
  func repeatedDataCausesNoLookup() {
    let fixture = SyncAccountFixture()
    var driver = inactive(fixture)
    #expect(driver.receive(fixture.sync) == ["reject 1 revNotNewer"])
    #expect(driver.state.isIdle)
  }

  @Test("repeated data is dropped at once while the identity is being looked up")
  func repeatedDataDoesNotFillTheQueue() {
    var fixture = SyncAccountFixture()
    var account = fixture.known
    account.identity = nil
    var driver = SyncDriver(account)
    for number in 1...2000 {
      #expect(driver.receive(fixture.sync) == ["reject \(number) revNotNewer"])
    }
    #expect(driver.state.isIdle)
    #expect(driver.receive(fixture.commit()) == ["resolve"])
    let old = SyncAccountFixture().sync
    #expect(driver.receive(old) == ["reject 2002 revNotNewer"])
    #expect(driver.resolved() == ["moved - \(Self.pds)", "accept 2001 commit"])
    #expect(driver.account.phase == .synchronized && driver.state.isIdle)
  }

  @Test("an account that was reactivated without a message is found active")
  func missedReactivationIsFound() {
    var fixture = SyncAccountFixture()
    var driver = inactive(fixture)
    #expect(driver.receive(fixture.commit()) == ["ask status"])
    #expect(
      driver.hostStatus(.success(.active)) == ["wake 60", "status active", "accept 1 commit"]
    )
    #expect(driver.account.upstream == .active)
  }

  @Test("another reason for being inactive is announced")
  func otherStatusIsFound() {
    var fixture = SyncAccountFixture()
    var driver = inactive(fixture)
    _ = driver.receive(fixture.commit())
    #expect(
      driver.hostStatus(.success(.inactive("deleted")))
        == ["wake 60", "status deleted", "reject 1 inactive"]
    )
  }

  @Test("data of an inactive account is rejected if the host does not answer, however late")
  func silentHostRejects() {
    var fixture = SyncAccountFixture()
    var driver = inactive(fixture)
    _ = driver.receive(fixture.commit())
    #expect(driver.wake(after: 300) == [])
    #expect(
      driver.hostStatus(.failure(SyncFailure(.temporary, ""))) == ["wake 0", "reject 1 inactive"]
    )
    #expect(driver.wake() == [])
    #expect(driver.state.isIdle)
  }

  @Test("the answer of a host that the account has left does not count")
  func answerOfTheOldHostIsIgnored() {
    var fixture = SyncAccountFixture()
    var driver = inactive(fixture)
    let host = "new.example.com"
    #expect(driver.receive(SyncAccountFixture.identity(), from: host) == ["refresh"])
    #expect(driver.receive(fixture.commit()) == ["ask status"])
    #expect(
      driver.resolved(pds: host)
        == ["moved \(Self.pds) \(host)", "accept 1 identity -", "reject 2 wrongHost"]
    )
    #expect(driver.receive(fixture.sync, from: host) == [])
    #expect(driver.hostStatus(.success(.inactive("deactivated"))) == ["ask status"])
    #expect(driver.hostStatus(.success(.active)) == ["wake 60", "status active", "accept 3 sync"])
  }

  @Test("#account and #identity of an inactive account are accepted")
  func inactiveAccountCanReturn() {
    var fixture = SyncAccountFixture()
    var driver = inactive(fixture)
    #expect(driver.receive(SyncAccountFixture.account(true)) == ["accept 1 account active"])
    #expect(driver.receive(fixture.commit()) == ["accept 2 commit"])
  }

  @Test("an answer that was not asked for changes nothing")
  func unexpectedAnswersAreIgnored() {
    let fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    #expect(driver.resolved(pds: "other.example.com") == [])
    #expect(driver.resolutionFailed(.tombstoned) == [])
    #expect(driver.hostStatus(.success(.inactive("deleted"))) == [])
    #expect(driver.fetched(fixture.repository.commit) == [])
    #expect(driver.fetchFailed() == [])
    #expect(driver.wake() == [])
    #expect(driver.account == fixture.known)
  }
}
