import ATProtoRepo
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct AccountMoveTests {
  static let old = PipelineFixture.host
  static let new = PipelineFixture.other

  /// An account on the old host, of which the relay has a commit.
  func settled(_ relay: PipelineFixture) async -> SimulatedAccount {
    let account = relay.makeAccount(on: Self.old)
    #expect(await relay.send(account.lastCommit, from: Self.old) == "accepted")
    return account
  }

  func move(_ account: SimulatedAccount) { account.pds = "https://\(Self.new.name)" }

  @Test func eventOfTheNewHostMovesTheAccount() async throws {
    let relay = try await PipelineFixture()
    let account = await settled(relay)
    move(account)
    #expect(await relay.send(account.commit(), from: Self.new) == "accepted")
    let row = try #require(try await relay.row(of: account))
    #expect(row.host == Self.new.id)
    #expect(row.identity?.pds == Self.new.name)
    #expect(relay.counts.accountCount(of: Self.old.id) == 0)
    #expect(relay.counts.accountCount(of: Self.new.id) == 1)
    try await relay.stop()
  }

  /// A replica of the PLC directory may not have seen the move yet.
  @Test func eventsOfTheNewHostWaitForTheNextRefresh() async throws {
    let relay = try await PipelineFixture()
    let account = await settled(relay)
    #expect(await relay.send(account.identity, from: Self.new) == "wrongHost")
    move(account)
    relay.clock.advance(by: 1_000_000)
    let events = [account.identity, account.become(.active), account.commit()].map {
      relay.submit($0, from: Self.new)
    }
    // They do not count toward the window of their host.
    #expect(try await until { events.allSatisfy(\.isParked) })
    #expect(relay.lookups.count("identity") == 2)
    relay.advance(by: 59)
    for event in events { #expect(await event.outcome == "accepted") }
    #expect(relay.lookups.count("identity") == 3)
    #expect(try await relay.row(of: account)?.host == Self.new.id)
    try await relay.stop()
  }

  @Test func eventsOfTheOldHostAreDropped() async throws {
    let relay = try await PipelineFixture()
    let account = await settled(relay)
    move(account)
    _ = await relay.send(account.commit(), from: Self.new)
    #expect(await relay.send(account.commit(), from: Self.old) == "wrongHost")
    #expect(
      await relay.send(account.become(.inactive("deactivated")), from: Self.old) == "wrongHost"
    )
    #expect(relay.output() == ["commit", "commit"])
    try await relay.stop()
  }

  @Test func hostThatClaimsAnAccountGetsNothing() async throws {
    let relay = try await PipelineFixture()
    let account = await settled(relay)
    for _ in 0..<20 {
      #expect(await relay.send(account.become(.inactive("deleted")), from: Self.new) == "wrongHost")
    }
    #expect(relay.lookups.count("identity") == 2)
    #expect(try await relay.row(of: account)?.host == Self.old.id)
    #expect(relay.output() == ["commit"])
    try await relay.stop()
  }

  @Test func identityEventMovesTheAccountToAKnownHost() async throws {
    let relay = try await PipelineFixture()
    relay.counts.register(Self.new.id, name: Self.new.name, limit: nil)
    let account = await settled(relay)
    move(account)
    #expect(await relay.send(account.identity, from: Self.old) == "accepted")
    #expect(try await relay.row(of: account)?.host == Self.new.id)
    #expect(relay.counts.accountCount(of: Self.new.id) == 1)
    try await relay.stop()
  }

  @Test func accountStaysCountedUntilTheNewHostIsKnown() async throws {
    let relay = try await PipelineFixture()
    let account = await settled(relay)
    move(account)
    _ = await relay.send(account.identity, from: Self.old)
    #expect(try await relay.row(of: account)?.host == Self.old.id)
    #expect(try await relay.accounts.view(of: account.did)?.pds == Self.new.name)
    #expect(await relay.send(account.commit(), from: Self.new) == "accepted")
    #expect(try await relay.row(of: account)?.host == Self.new.id)
    try await relay.stop()
  }

  @Test func moveFreesThePlaceOnTheOldHost() async throws {
    let relay = try await PipelineFixture(limit: 1)
    let account = await settled(relay)
    let waiting = relay.makeAccount(on: Self.old)
    #expect(await relay.send(waiting.lastCommit, from: Self.old) == "throttled")
    move(account)
    _ = await relay.send(account.commit(), from: Self.new)
    #expect(try await until { try await relay.row(of: waiting)?.local == .active })
    try await relay.stop()
  }

  @Test func moveToAFullHostThrottlesTheAccount() async throws {
    let relay = try await PipelineFixture(limit: 1)
    let account = await settled(relay)
    let settled = relay.makeAccount(on: Self.new)
    #expect(await relay.send(settled.lastCommit, from: Self.new) == "accepted")
    move(account)
    #expect(await relay.send(account.commit(), from: Self.new) == "throttled")
    #expect(relay.output(of: account) == ["commit", "account throttled"])
    try await relay.stop()
  }

  @Test func throttledAccountIsAdmittedOnAHostWithRoom() async throws {
    let relay = try await PipelineFixture(limit: 1)
    _ = await settled(relay)
    let account = relay.makeAccount(on: Self.old)
    #expect(await relay.send(account.lastCommit, from: Self.old) == "throttled")
    move(account)
    #expect(await relay.send(account.identity, from: Self.new) == "accepted")
    #expect(relay.output(of: account) == ["account active", "identity handle"])
    try await relay.stop()
  }
}
