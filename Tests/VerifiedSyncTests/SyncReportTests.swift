import ATProtoRepo
import RelayTestSupport
import Testing

@testable import VerifiedSync

/// Bug reports about consumers, as tests.
@Suite struct SyncReportTests {
  /// indigo 1407: after an account moved to another PDS, nothing was delivered.
  @Test func eventsContinueAfterMigration() async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let account = network.makeAccount(writes: [SimulatedAccount.create("app.example.post", 100)])
      try await ConsumerFixture.run(on: network, boundary: .repositories([account.did])) {
        test async throws in
        _ = try await test.events(2)
        _ = try await until { try await test.phase(account) == .active }
        // The new PDS has a new key, and the old one no longer has the account.
        let target = network.hosts[1]
        account.pds = target.url
        account.key = SimulatedAccount(pds: "").key
        target.add(account)
        network.host.remove(account)
        test.host.emit(account.identity)
        test.host.emit(account.commit())
        #expect(try await test.summaries(1) == ["live create app.example.post/r1"])
        // Also if the chain breaks there.
        _ = account.commit()
        test.host.emit(account.commit())
        #expect(
          try await Set(test.summaries(2)) == [
            "create app.example.post/r2", "create app.example.post/r3",
          ]
        )
        #expect(target.requests.contains { $0.path == "/xrpc/com.atproto.sync.getRepo" })
      }
    }
  }

  /// indigo 1277: a repository that could not be fetched was not announced.
  @Test func errorStateIsAnnounced() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      network.host.behavior.replies["/xrpc/com.atproto.sync.getRepo"] =
        .json(#"{"error":"InternalServerError"}"#, status: 500)
      let clock = TestSyncClock()
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did]),
        clock: clock
      ) { test async throws in
        #expect(try await test.summaries(2) == ["identity active", "identity error"])
        let repository = try #require(try await test.consumer.repository(account.did))
        #expect(repository.phase == .error)
        #expect(repository.error?.contains("500") == true)
        test.host.behavior.replies = [:]
        clock.advance(to: repository.nextAttemptAt + 2_000_000)
        #expect(try await test.summaries(1) == ["identity active"])
      }
    }
  }

  /// indigo 1239: repositories were fetched again and again without a pause.
  @Test func backOffIsHonored() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount()
      network.host.remove(account)
      let clock = TestSyncClock()
      try await ConsumerFixture.run(
        on: network,
        boundary: .repositories([account.did]),
        clock: clock
      ) { test async throws in
        func fetches() -> Int {
          test.host.requests.count { $0.path == "/xrpc/com.atproto.sync.getRepo" }
        }
        var expected = 1
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
          let attempts = expected
          _ = try await until {
            try await test.consumer.repository(account.did)?.attempts == attempts
          }
          let repository = try #require(try await test.consumer.repository(account.did))
          #expect(repository.nextAttemptAt == clock.now + UInt64(minutes) * 60_000_000)
          // Neither time nor events lead to a fetch before that.
          clock.advance(to: repository.nextAttemptAt - 1)
          test.host.emit(account.commit())
          test.host.emit(account.identity)
          await clock.settle()
          #expect(fetches() == expected)
          clock.advance(to: repository.nextAttemptAt + 2_000_000)
          _ = try await until { fetches() > attempts }
          expected += 1
        }
      }
    }
  }
}
