import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import RelayTestSupport
import SQLiteStorage
import TestSupport
import Testing

@testable import Relay

/// The path that every event takes: from a host through verification and the log to consumers.
@Suite struct ThinPathTests {
  @Test func eventsOfAHostReachConsumersAndSurviveARestart() async throws {
    let folder = try TemporaryFolder()
    try await RelayFixture.run { network in
      var configuration = TestRelay.configuration(network.plc)
      configuration.persistDirectory = folder.path + "/persist"
      configuration.databasePath = folder.path + "/relay.sqlite"
      let account = network.makeAccount()
      let did = account.did.string

      let last = try await Self.run(configuration) { relay in
        try await relay.connect(network.host)
        network.host.announce(account)
        network.host.emit(account.commit())

        let events = try await relay.events(after: 0, count: 4)
        #expect(
          events.map(\.summary) == [
            "identity \(did)", "account \(did)", "commit \(did)", "commit \(did)",
          ]
        )
        #expect(events.compactMap(\.sequence) == [1, 2, 3, 4])

        let sync = relay.client.comAtproto.sync
        let host = try await sync.getHostStatus(.init(hostname: network.host.name))
        #expect(host.status == .active)
        #expect(try await until { try await Self.sequence(of: network.host, relay) == 4 })
        let repos = try await sync.listRepos().repos
        #expect(repos.map(\.did.string) == [did])
        #expect(repos.first?.rev.string == account.head.rev.string)
        return try #require(events.last?.sequence)
      }

      try await Self.run(configuration) { relay in
        let status = try await relay.client.comAtproto.sync.getRepoStatus(
          .init(did: FormatString(account.did))
        )
        #expect(status.active && status.rev?.string == account.head.rev.string)
        // The host is asked for what follows the last event, and numbers go on.
        #expect(try await until { network.host.cursors.last == .some(4) })
        network.host.emit(account.commit())
        let next = try await relay.events(after: last, count: 1)
        #expect(next.first?.sequence == last + 1)
        #expect(next.first?.summary == "commit \(did)")
      }
    }
  }

  private static func run<Value: Sendable>(
    _ configuration: RelayConfiguration,
    _ body: (TestRelay) async throws -> Value
  ) async throws -> Value {
    let storage = try RelayStorage.sqlite(configuration)
    do {
      let value = try await TestRelay.run(configuration, storage: storage, body)
      try storage.close()
      return value
    } catch {
      try? storage.close()
      throw error
    }
  }

  private static func sequence(of host: SimulatedHost, _ relay: TestRelay) async throws -> Int? {
    try await relay.client.comAtproto.sync.getHostStatus(.init(hostname: host.name)).seq
  }
}
