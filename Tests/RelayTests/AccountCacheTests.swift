import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Synchronization
import Testing

@testable import Relay

/// Accounts that are not in memory.
@Suite struct AccountCacheTests {
  @Test func evictedAccountsAreReadFromTheStore() async throws {
    let relay = try await PipelineFixture(lanes: 1, capacity: .entries(4))
    var accounts: [SimulatedAccount] = []
    for _ in 0..<20 {
      let account = relay.makeAccount()
      #expect(await relay.send(account.lastCommit) == "accepted")
      accounts.append(account)
      try await relay.writer.drain()
    }
    #expect(relay.table.residentCount <= 5)
    for account in accounts {
      #expect(await relay.send(account.commit()) == "accepted")
      try await relay.writer.drain()
      #expect(try await relay.row(of: account)?.rev == account.head.rev)
    }
    #expect(relay.table.residentCount <= 5)
    // The identities were in the store too.
    #expect(relay.lookups.count("identity") == accounts.count)
    try await relay.stop()
  }

  @Test func decisionsReachAccountsThatAreNotInMemory() async throws {
    let first = try await PipelineFixture()
    let account = first.makeAccount()
    _ = await first.send(account.lastCommit)
    try await first.stop()
    let second = try await PipelineFixture(store: first.store)
    second.lookups.add(account)
    #expect(second.table.residentCount == 0)
    try await second.accounts.takeDown(account.did)
    #expect(second.output() == ["account takendown"])
    #expect(await second.send(account.commit()) == "takendown")
    try await second.stop()
  }

  @Test func eventsKeepTheirOrderWhileTheirAccountIsRead() async throws {
    let first = try await PipelineFixture()
    let account = first.makeAccount()
    _ = await first.send(account.lastCommit)
    try await first.stop()
    let second = try await PipelineFixture(store: first.store)
    second.lookups.add(account)
    let events = (0..<50).map { _ in second.submit(account.commit()) }
    for event in events { #expect(await event.outcome == "accepted") }
    #expect(second.lookups.count("repository") == 0)
    try await second.stop()
  }

  @Test func newAccountsGetTheNextIDsAfterARestart() async throws {
    let first = try await PipelineFixture()
    let account = first.makeAccount()
    _ = await first.send(account.lastCommit)
    try await first.stop()
    let second = try await PipelineFixture(store: first.store)
    let other = second.makeAccount()
    _ = await second.send(other.lastCommit)
    #expect(try await second.row(of: account)?.id == AccountID(rawValue: 1))
    #expect(try await second.row(of: other)?.id == AccountID(rawValue: 2))
    try await second.stop()
  }

  @Test func floodOfUnknownAccountsLeavesTheTableAlone() async throws {
    let relay = try await PipelineFixture(capacity: .entries(100))
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    let stranger = SimulatedAccount(pds: "https://\(PipelineFixture.host.name)")
    var message = stranger.message
    for _ in 0..<2000 {
      message.repo = SimulatedAccount.randomDID().string
      #expect(await relay.send(.commit(message), from: PipelineFixture.other) == "noIdentity")
    }
    #expect(relay.table.residentCount == 1)
    #expect(await relay.send(account.commit()) == "accepted")
    try await relay.stop()
  }
}
