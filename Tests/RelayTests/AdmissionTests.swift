import ATProtoRepo
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct AdmissionTests {
  /// Announces `count` accounts with a commit each.
  func announce(_ count: Int, to relay: PipelineFixture) async -> [SimulatedAccount] {
    var accounts: [SimulatedAccount] = []
    for _ in 0..<count {
      let account = relay.makeAccount()
      _ = await relay.send(account.lastCommit)
      accounts.append(account)
    }
    return accounts
  }

  @Test func accountBeyondTheLimitIsThrottled() async throws {
    let relay = try await PipelineFixture(limit: 2)
    let accounts = await announce(3, to: relay)
    #expect(relay.output() == ["commit", "commit"])
    #expect(try await relay.row(of: accounts[2])?.visible == .inactive("throttled"))
    #expect(await relay.send(accounts[2].commit()) == "throttled")
    #expect(await relay.send(accounts[2].identity) == "throttled")
    #expect(await relay.send(accounts[2].account) == "throttled")
    #expect(relay.output() == ["commit", "commit"])
    #expect(relay.counts.accountCount(of: PipelineFixture.host.id) == 3)
    try await relay.stop()
  }

  @Test("pds #350 #355 #359 #365 #374: hosts stay throttled after sign-up floods")
  func deletedAccountFreesItsPlaceForTheThird() async throws {
    let relay = try await PipelineFixture(limit: 2)
    let accounts = await announce(3, to: relay)
    #expect(await relay.send(accounts[0].become(.inactive("deleted"))) == "accepted")
    #expect(
      try await until { try await relay.row(of: accounts[2])?.visible.isActive ?? false }
    )
    #expect(try await until { relay.output(of: accounts[2]) == ["account active", "sync"] })
    #expect(await relay.send(accounts[2].commit()) == "accepted")
    #expect(relay.counts.accountCount(of: PipelineFixture.host.id) == 2)
    try await relay.stop()
  }

  @Test func oldestAccountIsAdmittedFirst() async throws {
    let relay = try await PipelineFixture(limit: 1)
    let accounts = await announce(4, to: relay)
    for number in 0..<3 {
      _ = await relay.send(accounts[number].become(.inactive("deleted")))
      #expect(
        try await until { try await relay.row(of: accounts[number + 1])?.local == .active }
      )
      for later in accounts.dropFirst(number + 2) {
        #expect(try await relay.row(of: later)?.local == .hostThrottled)
      }
    }
    try await relay.stop()
  }

  @Test func higherLimitAdmitsAsManyAsItAllows() async throws {
    let relay = try await PipelineFixture(limit: 1)
    let accounts = await announce(4, to: relay)
    let host = PipelineFixture.host
    relay.counts.register(host.id, name: host.name, limit: 3)
    await relay.accounts.limitChanged(of: host.id)
    #expect(try await relay.row(of: accounts[1])?.local == .active)
    #expect(try await relay.row(of: accounts[2])?.local == .active)
    #expect(try await relay.row(of: accounts[3])?.local == .hostThrottled)
    try await relay.stop()
  }

  @Test func lowerLimitChangesNothing() async throws {
    let relay = try await PipelineFixture(limit: 3)
    let accounts = await announce(3, to: relay)
    let host = PipelineFixture.host
    relay.counts.register(host.id, name: host.name, limit: 1)
    await relay.accounts.limitChanged(of: host.id)
    for account in accounts { #expect(await relay.send(account.commit()) == "accepted") }
    try await relay.stop()
  }

  @Test func limitIsPerHost() async throws {
    let relay = try await PipelineFixture(limit: 1)
    _ = await announce(2, to: relay)
    let account = relay.makeAccount(on: PipelineFixture.other)
    #expect(await relay.send(account.lastCommit, from: PipelineFixture.other) == "accepted")
    try await relay.stop()
  }

  @Test func restoredAccountNeedsAPlaceAgain() async throws {
    let relay = try await PipelineFixture(limit: 1)
    let first = await announce(1, to: relay)[0]
    _ = await relay.send(first.become(.inactive("deleted")))
    let second = await announce(1, to: relay)[0]
    #expect(try await relay.row(of: second)?.local == .active)
    #expect(await relay.send(first.become(.active)) == "accepted")
    #expect(try await relay.row(of: first)?.visible == .inactive("throttled"))
    #expect(relay.output(of: first) == ["commit", "account deleted", "account throttled"])
    try await relay.stop()
  }

  @Test func countsAreTakenFromTheStoreAtStart() async throws {
    let first = try await PipelineFixture(limit: 2)
    let accounts = await announce(3, to: first)
    try await first.stop()
    let second = try await PipelineFixture(limit: 2, store: first.store)
    for account in accounts { second.lookups.add(account) }
    let host = PipelineFixture.host
    #expect(second.counts.accountCount(of: host.id) == 3)
    #expect(await second.send(accounts[2].commit()) == "throttled")
    _ = await second.send(accounts[0].become(.inactive("deleted")))
    #expect(try await until { try await second.row(of: accounts[2])?.local == .active })
    try await second.stop()
  }

  @Test func placeFreedBeforeShutdownIsFilledAtStart() async throws {
    let first = try await PipelineFixture(limit: 1)
    let accounts = await announce(2, to: first)
    try await first.stop()
    let second = try await PipelineFixture(limit: 1, store: first.store)
    for account in accounts { second.lookups.add(account) }
    let host = PipelineFixture.host
    second.counts.register(host.id, name: host.name, limit: 2)
    #expect(try await until { try await second.row(of: accounts[1])?.local == .active })
    try await second.stop()
  }
}
