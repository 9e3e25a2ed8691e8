import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct TakedownTests {
  @Test func commitsOfATakenDownAccountAreDropped() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    #expect(await relay.send(account.lastCommit) == "accepted")
    try await relay.accounts.takeDown(account.did)
    #expect(await relay.send(account.commit()) == "takendown")
    #expect(await relay.send(account.sync) == "takendown")
    #expect(relay.output() == ["commit", "account takendown"])
    let view = try #require(try await relay.accounts.view(of: account.did))
    #expect(view.visible == .inactive("takendown"))
    try await relay.stop()
  }

  @Test func noHostCanUndoATakedown() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    try await relay.accounts.takeDown(account.did)
    #expect(await relay.send(account.become(.inactive("deactivated"))) == "accepted")
    #expect(await relay.send(account.become(.active)) == "accepted")
    #expect(
      relay.output() == [
        "commit", "account takendown", "account takendown", "account takendown",
      ]
    )
    #expect(try await relay.row(of: account)?.local == .takendown)
    try await relay.stop()
  }

  @Test func reversalShowsTheStatusAtTheHost() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    try await relay.accounts.takeDown(account.did)
    _ = await relay.send(account.become(.inactive("suspended")))
    try await relay.accounts.reverseTakedown(account.did)
    #expect(relay.output().last == "account suspended")
    #expect(try await relay.row(of: account)?.upstream == .inactive("suspended"))
    #expect(relay.lookups.count("repository") == 0)
    try await relay.stop()
  }

  @Test func repositoryIsFetchedAfterAReversal() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    try await relay.accounts.takeDown(account.did)
    #expect(await relay.send(account.commit()) == "takendown")
    try await relay.accounts.reverseTakedown(account.did)
    #expect(
      try await until { try await relay.row(of: account)?.rev == account.head.rev }
    )
    #expect(await relay.send(account.commit()) == "accepted")
    #expect(
      relay.output() == ["commit", "account takendown", "account active", "sync", "commit"]
    )
    #expect(try await relay.row(of: account)?.phase == .synchronized)
    try await relay.stop()
  }

  @Test func takedownSurvivesARestart() async throws {
    let first = try await PipelineFixture()
    let account = first.makeAccount()
    _ = await first.send(account.lastCommit)
    try await first.accounts.takeDown(account.did)
    try await first.stop()
    let second = try await PipelineFixture(store: first.store)
    second.lookups.add(account)
    #expect(await second.send(account.commit()) == "takendown")
    #expect(try await second.accounts.takedowns(after: nil, limit: 10).dids == [account.did])
    try await second.accounts.reverseTakedown(account.did)
    #expect(try await second.accounts.takedowns(after: nil, limit: 10).dids == [])
    try await second.stop()
  }

  @Test func takedownSurvivesACrashBeforeTheCheckpoint() async throws {
    let first = try await PipelineFixture()
    let account = first.makeAccount()
    _ = await first.send(account.lastCommit)
    try await first.accounts.takeDown(account.did)
    // Nothing but the log is left.
    let second = try await PipelineFixture(log: first.log)
    second.lookups.add(account)
    #expect(await second.send(account.commit()) == "takendown")
    #expect(try await second.accounts.takedowns(after: nil, limit: 10).dids == [account.did])
    try await first.stop()
    try await second.stop()
  }

  @Test func commitsThatWaitForAnIdentityAreDroppedByATakedown() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    account.key = PrivateKey(generating: .k256)
    relay.lookups.failure = SyncFailure(.temporary, "test")
    let events = [relay.submit(account.commit()), relay.submit(account.commit())]
    #expect(try await until { relay.lookups.count("identity") == 2 })
    try await relay.accounts.takeDown(account.did)
    relay.lookups.failure = nil
    #expect(
      try await until {
        relay.advance(by: 60)
        return events.allSatisfy { $0.result == "takendown" }
      }
    )
    #expect(relay.output() == ["commit", "account takendown"])
    try await relay.stop()
  }

  @Test func commitsThatWaitForTheRepositoryAreDroppedByATakedown() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    relay.lookups.isStuck = true
    _ = account.commit()
    let first = relay.submit(account.commit())
    #expect(try await until { relay.lookups.count("repository") == 1 })
    // The repository that is being fetched does not include this commit.
    let second = relay.submit(account.commit())
    #expect(try await until { second.isParked })
    try await relay.accounts.takeDown(account.did)
    #expect(first.result == nil && second.result == nil)
    relay.lookups.isStuck = false
    #expect(await first.outcome == "revNotNewer")
    #expect(await second.outcome == "takendown")
    #expect(relay.output() == ["commit", "account takendown"])
    try await relay.accounts.reverseTakedown(account.did)
    #expect(
      try await until { relay.output().dropFirst(2) == ["account active", "sync"] }
    )
    #expect(try await relay.row(of: account)?.rev == account.head.rev)
    try await relay.stop()
  }

  @Test func reversalDoesNotAdmitAnAccountBeyondTheLimit() async throws {
    let relay = try await PipelineFixture(limit: 1)
    let first = relay.makeAccount()
    _ = await relay.send(first.lastCommit)
    let second = relay.makeAccount()
    #expect(await relay.send(second.lastCommit) == "throttled")
    try await relay.accounts.takeDown(second.did)
    try await relay.accounts.reverseTakedown(second.did)
    #expect(try await relay.row(of: second)?.local == .hostThrottled)
    try await relay.accounts.takeDown(first.did)
    try await relay.accounts.reverseTakedown(first.did)
    #expect(try await relay.row(of: first)?.local == .active)
    try await relay.stop()
  }

  @Test func takingDownTwiceAnnouncesOnce() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    try await relay.accounts.takeDown(account.did)
    try await relay.accounts.takeDown(account.did)
    #expect(relay.output() == ["commit", "account takendown"])
    try await relay.stop()
  }

  @Test func unknownAccountCannotBeTakenDown() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    await #expect(throws: AccountsError(.notFound, "")) {
      try await relay.accounts.takeDown(account.did)
    }
    try await relay.stop()
    await #expect(throws: AccountsError(.stopped, "")) {
      try await relay.accounts.takeDown(account.did)
    }
  }

  @Test func takedownsArePaged() async throws {
    let relay = try await PipelineFixture()
    var dids: [String] = []
    for _ in 0..<5 {
      let account = relay.makeAccount()
      _ = await relay.send(account.lastCommit)
      try await relay.accounts.takeDown(account.did)
      dids.append(account.did.string)
    }
    var found: [String] = []
    var next: AccountID?
    repeat {
      let page = try await relay.accounts.takedowns(after: next, limit: 2)
      found += page.dids.map(\.string)
      next = page.next
    } while next != nil
    #expect(found == dids)
    try await relay.stop()
  }

  @Test func pagesShowActiveAccounts() async throws {
    let relay = try await PipelineFixture()
    var active: [String] = []
    for number in 0..<7 {
      let account = relay.makeAccount()
      _ = await relay.send(account.lastCommit)
      if number % 2 == 0 {
        active.append(account.did.string)
      } else {
        try await relay.accounts.takeDown(account.did)
      }
    }
    try await relay.writer.drain()
    var found: [String] = []
    var next: AccountID?
    repeat {
      let page = try await relay.accounts.page(after: next, limit: 2)
      found += page.views.map(\.did.string)
      next = page.next
    } while next != nil
    #expect(found == active)
    try await relay.stop()
  }
}
