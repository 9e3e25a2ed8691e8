import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import Relay

/// The index of collections after a `#sync` message.
@Suite struct CollectionRefreshTests {
  /// An account whose first commit the relay has accepted.
  private func settled(_ relay: PipelineFixture) async throws -> SimulatedAccount {
    let account = relay.makeAccount()
    #expect(await relay.send(account.lastCommit) == "accepted")
    #expect(try await collections(of: account, relay) == ["app.example.first"])
    return account
  }

  private func collections(
    of account: SimulatedAccount,
    _ relay: PipelineFixture
  ) async throws -> Set<String> {
    try await relay.writer.drain()
    guard let row = try await relay.row(of: account) else { return [] }
    let found = try await relay.store.read { try $0.collections.collections(of: row.id) }
    return Set(found.map(\.string))
  }

  private static func delete(_ collection: String, _ number: Int) -> RecordWrite {
    .delete(SimulatedAccount.path(collection, number))
  }

  @Test func syncToAnotherTreeCorrectsTheIndex() async throws {
    let relay = try await PipelineFixture()
    let account = try await settled(relay)
    // The relay does not see this commit.
    _ = account.commit([
      Self.delete("app.example.first", 0), SimulatedAccount.create("app.example.second", 0),
    ])
    #expect(await relay.send(account.sync) == "accepted")
    #expect(
      try await until { try await collections(of: account, relay) == ["app.example.second"] }
    )
    #expect(relay.output() == ["commit", "sync"])
    #expect(relay.lookups.count("repository") == 0)
    try await relay.stop()
  }

  @Test func commitsDuringTheFetchAreIncluded() async throws {
    let relay = try await PipelineFixture()
    let account = try await settled(relay)
    _ = account.commit([
      Self.delete("app.example.first", 0), SimulatedAccount.create("app.example.second", 0),
      SimulatedAccount.create("app.example.third", 0),
    ])
    relay.lookups.isStuck = true
    #expect(await relay.send(account.sync) == "accepted")
    #expect(try await until { relay.lookups.count("collections") == 1 })
    let next = account.commit([
      Self.delete("app.example.second", 0), SimulatedAccount.create("app.example.fourth", 0),
    ])
    #expect(await relay.send(next) == "accepted")
    relay.lookups.isStuck = false
    #expect(
      try await until {
        try await collections(of: account, relay) == ["app.example.third", "app.example.fourth"]
      }
    )
    try await relay.stop()
  }

  @Test func syncToTheSameTreeFetchesNothing() async throws {
    let relay = try await PipelineFixture()
    let account = try await settled(relay)
    _ = account.commit([])
    #expect(await relay.send(account.sync) == "accepted")
    #expect(await relay.send(account.commit()) == "accepted")
    #expect(relay.lookups.count("collections") == 0)
    try await relay.stop()
  }

  @Test func failedFetchLeavesTheIndexUnchanged() async throws {
    let relay = try await PipelineFixture()
    let account = try await settled(relay)
    relay.lookups.fetchFailure = SyncFailure(.temporary, "test")
    _ = account.commit([SimulatedAccount.create("app.example.second", 0)])
    #expect(await relay.send(account.sync) == "accepted")
    #expect(try await until { relay.lookups.count("collections") == 1 })
    let next = account.commit([SimulatedAccount.create("app.example.third", 0)])
    #expect(await relay.send(next) == "accepted")
    #expect(
      try await collections(of: account, relay) == ["app.example.first", "app.example.third"]
    )
    try await relay.stop()
  }
}
