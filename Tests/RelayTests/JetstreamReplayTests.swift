import ATProtoData
import ATProtoRepo
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct JetstreamReplayTests {
  private let account = SimulatedAccount(pds: "http://localhost")

  private func fill(_ fixture: JetstreamFixture, _ count: Int) {
    for _ in 0..<count { fixture.append(account.account, of: account) }
  }

  @Test func cursorIsInclusive() async throws {
    let fixture = try JetstreamFixture()
    let start = fixture.now
    fill(fixture, 10)
    let subscriber = try await fixture.subscribe("cursor=\(start + 4)")
    #expect(try await subscriber.times(6) == Array(start + 4..<start + 10))
  }

  @Test func cursorMayPointIntoACommit() async throws {
    let fixture = try JetstreamFixture()
    let start = fixture.now
    let writes = (1...5).map { SimulatedAccount.create("app.example.post", $0) }
    fixture.append(account.commit(writes), of: account)
    fixture.append(account.account, of: account)
    let subscriber = try await fixture.subscribe("cursor=\(start + 3)")
    #expect(try await subscriber.times(3) == [start + 3, start + 4, start + 5])
  }

  @Test func futureCursorIsLive() async throws {
    let fixture = try JetstreamFixture()
    fill(fixture, 3)
    let subscriber = try await fixture.subscribe("cursor=\(fixture.now + 1_000_000)")
    let next = fixture.now
    fill(fixture, 1)
    #expect(try await subscriber.times(1) == [next])
  }

  @Test(arguments: ["0", "-1", "1"])
  func oldCursorBeginsWithTheOldestEvent(_ cursor: String) async throws {
    let fixture = try JetstreamFixture(lookback: 1_000_000)
    fill(fixture, 3)
    fixture.now += 1_000_000
    let start = fixture.now
    fill(fixture, 2)
    let subscriber = try await fixture.subscribe("cursor=\(cursor)")
    #expect(try await subscriber.times(2) == [start, start + 1])
  }

  /// The replay window of the firehose may be longer.
  @Test func cursorReachesBackThirtySixHours() async throws {
    let hour: UInt64 = 3_600_000_000
    let fixture = try JetstreamFixture(lookback: 72 * hour)
    fill(fixture, 3)
    fixture.now += hour
    let start = fixture.now
    fill(fixture, 2)
    // The first events are 36.5 hours old, the others 35.5.
    fixture.now = start + 35 * hour + hour / 2
    let subscriber = try await fixture.subscribe("cursor=1")
    #expect(try await subscriber.times(2) == [start, start + 1])
  }

  /// Subscribers connect while events arrive: none may miss or repeat one.
  @Test func everyEventArrivesOnceWhileCatchingUp() async throws {
    let fixture = try JetstreamFixture(maximumEvents: 64)
    let start = fixture.now
    let total = 3_000
    fill(fixture, 500)
    try await withThrowingTaskGroup(of: [UInt64].self) { tasks in
      for _ in 0..<4 {
        tasks.addTask {
          let subscriber = try await fixture.subscribe("cursor=\(start)")
          return try await subscriber.times(total)
        }
      }
      for _ in 0..<50 {
        fill(fixture, 50)
        await Task.yield()
      }
      for try await times in tasks { #expect(times == Array(start..<start + UInt64(total))) }
    }
  }

  /// A commit whose first operations were sent from memory is continued from the log.
  @Test func slowSubscriberLosesNothing() async throws {
    let fixture = try JetstreamFixture(maximumEvents: 8)
    let start = fixture.now
    let subscriber = try await fixture.subscribe()
    fill(fixture, 1)
    #expect(try await subscriber.times(1) == [start])
    for round in 0..<20 {
      let writes = (0..<7).map { SimulatedAccount.create("app.example.post", round * 10 + $0) }
      fixture.append(account.commit(writes), of: account)
    }
    _ = try await until { fixture.feed.newest == 21 }
    #expect(try await subscriber.times(140) == Array(start + 1..<start + 141))
  }

  @Test func recordsOfAccountsThatAreTakenDownAreLeftOut() async throws {
    let fixture = try JetstreamFixture()
    fixture.append(account.commit(), of: account)
    fixture.append(account.account, of: account)
    fixture.takedowns.note([
      AccountRow(
        id: fixture.id(of: account),
        did: account.did,
        host: HostID(rawValue: 1),
        local: .takendown
      )
    ])
    let subscriber = try await fixture.subscribe("cursor=1")
    #expect(try await subscriber.next()["kind"] == "account")
  }

  /// Other subscribers keep recent events in memory.
  @Test func recordsInMemoryOfAccountsThatAreTakenDownAreLeftOut() async throws {
    let fixture = try JetstreamFixture()
    let first = try await fixture.subscribe()
    fixture.append(account.commit(), of: account)
    fixture.append(account.account, of: account)
    #expect(try await first.next()["kind"] == "commit")
    fixture.takedowns.note([
      AccountRow(
        id: fixture.id(of: account),
        did: account.did,
        host: HostID(rawValue: 1),
        local: .takendown
      )
    ])
    let second = try await fixture.subscribe("cursor=1")
    #expect(try await second.next()["kind"] == "account")
  }

  /// A cursor is in the future only if no event has its time.
  @Test func clockThatIsSetBackLosesNothing() async throws {
    let fixture = try JetstreamFixture()
    let start = fixture.now
    fill(fixture, 5)
    fixture.now = start - 1_000_000
    let subscriber = try await fixture.subscribe("cursor=\(start + 3)")
    #expect(try await subscriber.times(2) == [start + 3, start + 4])
  }

  @Test func wantedAccountsAreFoundInTheLog() async throws {
    let fixture = try JetstreamFixture()
    let others = (0..<3).map { _ in SimulatedAccount(pds: "http://localhost") }
    for other in others { for _ in 0..<50 { fixture.append(other.account, of: other) } }
    let time = fixture.now
    fill(fixture, 1)
    let known = try await fixture.subscribe("cursor=1&wantedDids=\(account.did)")
    #expect(try await known.times(1) == [time])
    // The relay does not know the second one yet.
    let later = SimulatedAccount(pds: "http://localhost")
    let both = try await fixture.subscribe(
      "cursor=1&wantedDids=\(account.did)&wantedDids=\(later.did)"
    )
    let next = fixture.now
    fixture.append(later.account, of: later)
    #expect(try await both.times(2) == [time, next])
  }
}
