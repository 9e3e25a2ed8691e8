import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct PipelineOrderTests {
  /// Whatever happens to lookups meanwhile, each commit arrives once, and those of an account in
  /// their order.
  @Test(arguments: 0..<4) func commitsOfAnAccountKeepTheirOrder(_ seed: Int) async throws {
    let relay = try await PipelineFixture(lanes: 1 + seed % 3)
    let hosts = (1...4).map { TestHost(UInt32($0), "host\($0).example.com") }
    let accounts = (0..<24).map { relay.makeAccount(on: hosts[$0 % hosts.count]) }
    var events: [PendingEvent] = []
    for round in 0..<40 {
      if round % 10 == seed { relay.lookups.failure = SyncFailure(.temporary, "test") }
      if round % 10 == seed + 4 { relay.lookups.failure = nil }
      for (number, account) in accounts.enumerated().shuffled() {
        let host = hosts[number % hosts.count]
        switch round {
        case 0: events.append(relay.submit(account.lastCommit, from: host))
        case 7: events.append(relay.submit(account.identity, from: host))
        case 20: events.append(relay.submit(account.account, from: host))
        default: events.append(relay.submit(account.commit(), from: host))
        }
      }
      if round % 5 == 0 { relay.advance(by: 1) }
    }
    relay.lookups.failure = nil
    #expect(
      try await until {
        relay.advance(by: 60)
        return events.allSatisfy { $0.result != nil }
      }
    )
    #expect(Set(events.map(\.result)) == ["accepted"])
    let frames = relay.frames
    #expect(frames.compactMap(\.sequence) == Array(1...frames.count))
    #expect(frames.count == events.count)
    var last: [String: String] = [:]
    for frame in frames {
      guard case .commit(let message) = frame.content else { continue }
      #expect(message.since == last[frame.did])
      last[frame.did] = message.rev
    }
    for account in accounts { #expect(last[account.did.string] == account.head.rev.string) }
    #expect(relay.lookups.count("repository") == 0)
    try await relay.stop()
  }

  /// The log may end after any entry, so each has the state of its account at that moment.
  @Test func effectOfAnEntryDoesNotContainLaterOnes() async throws {
    let relay = try await PipelineFixture()
    relay.lookups.failure = SyncFailure(.temporary, "test")
    let account = relay.makeAccount()
    var revs = [account.head.rev]
    var events = [relay.submit(account.lastCommit)]
    for _ in 0..<5 {
      events.append(relay.submit(account.commit()))
      revs.append(account.head.rev)
    }
    events.append(relay.submit(account.become(.inactive("deactivated"))))
    #expect(try await until { relay.lookups.count("identity") > 0 })
    relay.lookups.failure = nil
    #expect(
      try await until {
        relay.advance(by: 60)
        return events.allSatisfy { $0.result == "accepted" }
      }
    )
    let rows = try relay.log.records(after: 0, maximumBytes: .max).map {
      try LogEffect(bytes: $0.effect).row
    }
    #expect(rows.dropLast().map(\.rev) == revs)
    #expect(rows.dropLast().allSatisfy { $0.upstream.isActive && $0.phase == .synchronized })
    #expect(rows.last?.upstream == .inactive("deactivated"))
    try await relay.stop()
  }
}
