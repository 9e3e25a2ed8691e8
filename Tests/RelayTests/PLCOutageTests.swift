import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct PLCOutageTests {
  static let outage = SyncFailure(.temporary, "the PLC directory is down")

  @Test func commitDuringAnOutageArrivesAfterIt() async throws {
    let relay = try await PipelineFixture()
    relay.lookups.failure = Self.outage
    let account = relay.makeAccount()
    let events = [account.lastCommit, account.commit(), account.commit()].map { relay.submit($0) }
    for attempt in 1...12 {
      #expect(try await until { relay.lookups.count("identity") == attempt })
      #expect(events.allSatisfy { $0.result == nil })
      // The answer may still be on its way to the lane.
      #expect(
        try await until {
          relay.advance(by: 300)
          return relay.lookups.count("identity") > attempt
        }
      )
    }
    relay.lookups.failure = nil
    #expect(
      try await until {
        relay.advance(by: 300)
        return events.allSatisfy { $0.result == "accepted" }
      }
    )
    #expect(relay.output() == ["commit", "commit", "commit"])
    try await relay.stop()
  }

  @Test func knownAccountsContinueDuringAnOutage() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    relay.lookups.failure = Self.outage
    #expect(await relay.send(account.commit()) == "accepted")
    relay.advance(by: 2 * 86_400)
    #expect(await relay.send(account.commit()) == "accepted")
    try await relay.stop()
  }

  /// A directory that is slow holds up the accounts that it is asked about, and nothing else.
  @Test func lookupsThatNeverEndDoNotBlockTheWindow() async throws {
    let relay = try await PipelineFixture()
    let known = relay.makeAccount()
    _ = await relay.send(known.lastCommit)
    relay.lookups.isStuck = true
    let waiting = (0..<50).map { _ in relay.submit(relay.makeAccount().lastCommit) }
    #expect(try await until { waiting.allSatisfy(\.isParked) })
    relay.advance(by: 2 * 86_400)
    #expect(await relay.send(known.commit()) == "accepted")
    #expect(waiting.allSatisfy { $0.result == nil })
    try await relay.stop()
    relay.lookups.isStuck = false
  }

  @Test func unknownIdentityIsNotAnOutage() async throws {
    let relay = try await PipelineFixture()
    let account = SimulatedAccount(pds: "https://\(PipelineFixture.host.name)")
    #expect(await relay.send(account.lastCommit) == "noIdentity")
    #expect(await relay.send(account.lastCommit) == "noIdentity")
    #expect(relay.lookups.count("identity") == 1)
    try await relay.stop()
  }

  @Test func didWebServerThatNeverAnswersIsGivenUp() async throws {
    let relay = try await PipelineFixture()
    relay.lookups.failure = Self.outage
    let account = relay.makeAccount(did: "did:web:gone.example.com")
    let event = relay.submit(account.lastCommit)
    #expect(
      try await until {
        relay.advance(by: 60)
        return event.result != nil
      }
    )
    #expect(event.result == "noIdentity")
    #expect(relay.lookups.count("identity") == 6)
    try await relay.stop()
  }

  @Test func waitingEventsAreAbandonedAtShutdown() async throws {
    let relay = try await PipelineFixture()
    relay.lookups.failure = Self.outage
    let account = relay.makeAccount()
    let event = relay.submit(account.lastCommit)
    #expect(try await until { relay.lookups.count("identity") == 1 })
    try await relay.stop()
    #expect(event.result == "abandoned")
    #expect(await relay.send(account.commit()) == "abandoned")
  }

  @Test func deactivatedDIDIsADeletedAccount() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    relay.lookups.tombstone(account)
    #expect(await relay.send(account.identity) == "tombstoned")
    #expect(relay.output() == ["commit", "account deleted"])
    #expect(relay.counts.accountCount(of: PipelineFixture.host.id) == 0)
    try await relay.stop()
  }
}
