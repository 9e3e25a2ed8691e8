import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// What users of other services have reported, as far as the state of one account decides it.
@Suite struct SyncReportTests {
  private static let new = "new.example.com"

  /// The events of a migration, in the order of the account lifecycle guide.
  @Test(
    "events of the new PDS continue after a migration (indigo #1407)",
    arguments: [true, false]
  )
  func eventsContinueAfterMigration(identityArrives: Bool) {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    #expect(driver.receive(fixture.commit()) == ["accept 1 commit"])
    fixture.key = PrivateKey(generating: .k256)
    let moved = "moved \(SyncAccountFixture.pds) \(Self.new)"
    if identityArrives {
      #expect(driver.receive(SyncAccountFixture.identity(), from: Self.new) == ["refresh"])
      #expect(
        driver.resolved(fixture.key.publicKey, pds: Self.new) == [moved, "accept 2 identity -"]
      )
      #expect(
        driver.receive(SyncAccountFixture.account(true), from: Self.new)
          == ["accept 3 account active"]
      )
    } else {
      #expect(driver.receive(SyncAccountFixture.account(true), from: Self.new) == ["refresh"])
      #expect(driver.receive(SyncAccountFixture.identity(), from: Self.new) == [])
      #expect(
        driver.resolved(fixture.key.publicKey, pds: Self.new)
          == [moved, "accept 2 account active", "accept 3 identity -"]
      )
    }
    // "The `#account` from the old PDS is usually ignored."
    #expect(
      driver.receive(SyncAccountFixture.account(false, "deactivated")) == ["reject 4 wrongHost"]
    )
    #expect(driver.receive(fixture.commit([]), from: Self.new) == ["accept 5 commit"])
    #expect(driver.receive(fixture.commit(), from: Self.new) == ["accept 6 commit"])
    #expect(driver.state.isIdle)
  }

  @Test("a migration while the PLC directory is down loses no commit (indigo #1407)")
  func migrationSurvivesAnOutage() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    #expect(driver.receive(SyncAccountFixture.identity(), from: Self.new) == ["refresh"])
    #expect(driver.receive(SyncAccountFixture.account(true), from: Self.new) == [])
    #expect(driver.resolutionFailed(.temporary) == ["wake 1"])
    #expect(driver.receive(fixture.commit(), from: Self.new) == [])
    #expect(driver.wake(after: 1) == ["refresh"])
    #expect(
      driver.resolved(pds: Self.new) == [
        "moved \(SyncAccountFixture.pds) \(Self.new)", "accept 1 identity -",
        "accept 2 account active", "accept 3 commit",
      ]
    )
  }

  @Test("a repository that cannot be fetched is announced as desynchronized (indigo #1277)")
  func failedFetchIsAnnounced() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    _ = fixture.commit()
    _ = driver.receive(fixture.commit())
    #expect(driver.fetchFailed(.notFound).contains("desynchronized"))
    #expect(driver.account.phase == .desynchronized)
  }

  @Test("no event makes a repository be fetched before its pause has ended (indigo #1239)")
  func pauseIsHonored() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    _ = driver.desynchronize()
    _ = driver.fetchFailed()
    for second in 1..<60 as Range<SyncTime> {
      driver.now += 1_000_000
      #expect(driver.receive(fixture.commit()) == ["reject \(second) desynchronized"])
      #expect(driver.wake() == [])
    }
    #expect(driver.wake(after: 1) == ["fetch"])
  }

  @Test("the first commit of an account during an outage is accepted after it (indigo relay)")
  func commitOfANewAccountSurvivesAnOutage() {
    let fixture = SyncAccountFixture()
    var driver = SyncDriver(SyncAccount(did: Fixture.did))
    #expect(driver.receive(fixture.firstMessage) == ["resolve"])
    #expect(driver.resolutionFailed(.temporary) == ["wake 1"])
    #expect(driver.wake(after: 1) == ["resolve"])
    #expect(
      driver.resolved() == ["moved - \(SyncAccountFixture.pds)", "accept 1 commit"]
    )
  }

  @Test("a commit that repeats an old one or follows none is never accepted (indigo relay)")
  func inconsistentCommitsAreRejectedAndNotOnlyLogged() {
    var fixture = SyncAccountFixture()
    var driver = SyncDriver(fixture.known)
    var message = fixture.message()
    message.prevData = Fixture.value(1)
    #expect(driver.receive(.commit(message)) == ["reject 1 inversionMismatch"])
    _ = fixture.commit()
    #expect(driver.receive(fixture.commit()) == ["inProgress", "fetch"])
    _ = driver.fetched(fixture.repository.commit)
    // An older #sync does not turn the state back.
    #expect(driver.receive(SyncAccountFixture().sync) == ["reject 3 revNotNewer"])
    #expect(driver.account.head == fixture.head)
  }
}
