import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import Foundation
import Logging
import Relay
import RelayTestSupport
import ServiceKit
import TestSupport
import Testing
import VerifiedSync
import XRPCClient

@testable import atproto

/// The settings and the outputs of `atproto sync`, the latter in a process of its own.
@Suite struct SyncCommandTests {
  @Test func documentationHasTheSettings() throws {
    let table = DocumentedTable(SyncSettings.table.markdown, in: "docs/sync.md")
    #expect(try table.difference() == nil)
  }

  /// So that both commands work without settings alongside `atproto pds serve --dev`.
  @Test func developmentUsesThePLCDirectoryOfADevelopmentPDS() {
    let port = UInt16(DevelopmentDirectory.port)
    #expect(SyncSettings(isDevelopment: true).configuration.plc.port == port)
    #expect(RelayConfiguration(isDevelopment: true).plcDirectory.port == port)
  }

  private static func configuration(
    _ environment: [String: String]
  ) throws -> SyncCommandConfiguration {
    var settings = SyncSettings(isDevelopment: false)
    #expect(try settings.read(environment) == [])
    return try settings.finished()
  }

  @Test func settingsReachTheConfiguration() throws {
    let configuration = try Self.configuration([
      "TAP_RELAY_URL": "https://relay.test", "TAP_PLC_URL": "https://plc.test",
      "TAP_DATABASE_URL": "sqlite://other.db", "TAP_BIND": ":1234",
      "TAP_SIGNAL_COLLECTION": "com.example.note", "TAP_COLLECTION_FILTERS": "a.b.c,app.bsky.*",
      "TAP_WEBHOOK_URL": "http://127.0.0.1:1/hook", "TAP_DISABLE_ACKS": "true",
      "TAP_ADMIN_PASSWORD": "secret", "TAP_RETRY_TIMEOUT": "5s",
      "TAP_FIREHOSE_PARALLELISM": "3", "TAP_RESYNC_PARALLELISM": "2",
      "TAP_OUTBOX_CAPACITY": "10", "TAP_CURSOR_SAVE_INTERVAL": "2s",
      "TAP_REPO_FETCH_TIMEOUT": "1m", "TAP_NO_REPLAY": "1", "TAP_IDENT_CACHE_SIZE": "5",
      "TAP_LOG_LEVEL": "DEBUG", "TAP_OUTBOX_PARALLELISM": "1", "TAP_MAX_DB_CONNS": "32",
      "TAP_METRICS_LISTEN": ":2481", "TAP_ENV": "dev", "TAP_OUTBOX_ONLY": "false",
    ])
    #expect(configuration.consumer.relay.description == "https://relay.test")
    #expect(configuration.plc.description == "https://plc.test")
    #expect(configuration.databasePath == "other.db")
    #expect(configuration.address?.port == 1234)
    #expect(configuration.consumer.boundary == .signal("com.example.note"))
    #expect(configuration.consumer.collections.map(\.text) == ["a.b.c", "app.bsky.*"])
    #expect(configuration.webhook?.description == "http://127.0.0.1:1/hook")
    #expect(!configuration.needsAcknowledgments)
    #expect(configuration.adminPassword == "secret")
    #expect(configuration.consumer.retryTimeout == .seconds(5))
    #expect(configuration.consumer.firehoseParallelism == 3)
    #expect(configuration.consumer.resyncParallelism == 2)
    #expect(configuration.consumer.outboxCapacity == 10)
    #expect(configuration.consumer.cursorSaveInterval == .seconds(2))
    #expect(configuration.consumer.repositoryTimeout == .seconds(60))
    #expect(!configuration.consumer.replaysFromCursor)
    #expect(configuration.logLevel == .debug)
  }

  @Test(arguments: [
    ["TAP_SIGNAL_COLLECTION": "com.example.note", "TAP_FULL_NETWORK": "true"],
    ["TAP_COLLECTION_FILTERS": "*"], ["TAP_DATABASE_URL": "postgres://db"],
    ["TAP_RELAY_URL": "relay.test"], ["TAP_OUTBOX_ONLY": "true"],
    ["TAP_NO_REPLAY": "true", "TAP_FULL_NETWORK": "true"],
  ])
  func contradictionsAndMalformedValuesAreRefused(_ environment: [String: String]) {
    #expect(throws: ServiceError.self) { try Self.configuration(environment) }
  }

  /// Names that the reference consumer accepts besides those that begin with `TAP_`.
  @Test func aliasesOfTheReferenceConsumerAreRead() throws {
    let configuration = try Self.configuration([
      "ATP_PLC_HOST": "https://plc.test", "LOG_LEVEL": "warn", "RELAY_IDENT_CACHE_SIZE": "512MB",
    ])
    #expect(configuration.plc.description == "https://plc.test")
    #expect(configuration.logLevel == .warning)
    var settings = SyncSettings(isDevelopment: false)
    try settings.take(
      SyncSettings.table.flags([
        "--no-replay", "--disable-acks", "--relay-url", "https://relay.test",
      ])
    )
    let flags = try settings.finished()
    #expect(!flags.consumer.replaysFromCursor)
    #expect(!flags.needsAcknowledgments)
    #expect(flags.consumer.relay.description == "https://relay.test")
  }

  /// Runs `atproto sync` on a simulated network.
  private func withCommand(
    _ network: RelayFixture,
    _ arguments: [String],
    _ body: (RunningProcess, AsyncLines) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/output"
    let process = try RunningProcess(
      ChildProcess.built("atproto"),
      ["sync", "--dev", "--relay", network.host.url, "--plc", "\(network.plc.url)"] + arguments,
      output: output
    )
    try await body(process, AsyncLines(path: output))
    kill(process.identifier, SIGTERM)
    #expect(process.wait(seconds: 30) == 0)
  }

  /// The lines of a file that grows.
  struct AsyncLines {
    let path: String

    func lines(_ count: Int) async throws -> [DataValue] {
      try await lines { $0.count >= count }
    }

    /// Waits for the line of a record.
    func record(_ key: String) async throws -> DataValue {
      func find(_ lines: [DataValue]) -> DataValue? {
        lines.lazy.compactMap { $0["record"] }.first { $0["rkey"] == .string(key) }
      }
      return try #require(find(try await lines { find($0) != nil }))
    }

    private func lines(until isDone: ([DataValue]) -> Bool) async throws -> [DataValue] {
      var found: [DataValue] = []
      _ = try await until {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        guard text.hasSuffix("\n") else { return false }
        found = try text.split(separator: "\n").map { try DataValue(json: Array($0.utf8)) }
        return isDone(found)
      }
      return found
    }
  }

  @Test func eventsArePrintedAsLines() async throws {
    try await RelayFixture.run { network in
      let account = network.makeAccount(writes: [SimulatedAccount.create("app.example.post", 1)])
      try await withCommand(network, ["--did", account.did.string]) { _, output in
        let lines = try await output.lines(2)
        let record = try #require(lines.first { $0["type"] == "record" }?["record"])
        #expect(record["rkey"] == "r1")
        #expect(record["live"] == false)
        #expect(record["record"]?["n"] == 1)
        _ = try await until { network.host.connectionCount == 1 }
        network.host.emit(account.commit([SimulatedAccount.create("app.example.post", 2)]))
        // If the first look-up fails because the machine is busy, the account is announced twice.
        let last = try await output.record("r2")
        #expect(last["live"] == true)
      }
    }
  }
}
