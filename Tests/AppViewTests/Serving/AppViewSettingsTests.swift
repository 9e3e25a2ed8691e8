import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconIndex
import Logging
import ServiceKit
import TestSupport
import Testing
import VerifiedSync

@testable import AppView

/// Settings, built-in lexicons, and shares of reads.
@Suite struct AppViewSettingsTests {
  private static func configuration(
    isDevelopment: Bool = false,
    _ environment: [String: String]
  ) throws(ServiceError) -> AppViewConfiguration {
    var settings = AppViewSettings(isDevelopment: isDevelopment)
    _ = try settings.read(environment)
    return try settings.finished()
  }

  @Test func defaultsFollowTheContract() throws {
    let relay = ["APPVIEW_RELAY_URL": "https://relay.example.com"]
    let configuration = try Self.configuration(relay)
    #expect(configuration.address.port == 2584)
    #expect(configuration.databasePath == "data/appview/index.sqlite")
    #expect(configuration.plcDirectory.origin == "https://plc.directory")
    #expect(!configuration.allowsPrivateAddresses && configuration.adminPassword == nil)
    #expect(try AppViewIdentity(configuration).did.string == "did:web:localhost%3A2584")
    #expect(throws: ServiceError.self) { try Self.configuration([:]) }
    let development = try Self.configuration(isDevelopment: true, [:])
    #expect(development.relay.origin == "http://127.0.0.1:2470")
    #expect(development.plcDirectory.origin == "http://127.0.0.1:2582")
    #expect(development.databasePath == nil && development.allowsPrivateAddresses)
  }

  @Test func everySettingHasAnEffect() throws {
    let configuration = try Self.configuration([
      "APPVIEW_PORT": "0", "APPVIEW_BIND_ADDRESS": "::1", "APPVIEW_HOSTNAME": "View.example.com",
      "APPVIEW_DATA_DIRECTORY": "/data", "APPVIEW_RELAY_URL": "http://127.0.0.1:1",
      "APPVIEW_PLC_URL": "http://127.0.0.1:2",
      "APPVIEW_HANDLE_RESOLVER_URL": "http://127.0.0.1:3", "APPVIEW_LEXICONS": "one,two words",
      "APPVIEW_COLLECTIONS": "com.example.note,app.bsky.*",
      "APPVIEW_LABELERS": "did:web:a.example.com,did:web:a.example.com",
      "APPVIEW_ADMIN_PASSWORD": "a, b", "APPVIEW_ALLOW_PRIVATE_ADDRESSES": "true",
      "APPVIEW_TRUSTED_PROXIES": "2", "LOG_LEVEL": "debug",
    ])
    #expect(configuration.address.port == 0 && configuration.address.host == "::1")
    #expect(try AppViewIdentity(configuration).did.string == "did:web:view.example.com")
    #expect(try AppViewIdentity(configuration).url == "https://view.example.com")
    #expect(configuration.databasePath == "/data/index.sqlite")
    #expect(configuration.relay.origin == "http://127.0.0.1:1")
    #expect(configuration.plcDirectory.origin == "http://127.0.0.1:2")
    #expect(configuration.handleResolver?.origin == "http://127.0.0.1:3")
    #expect(configuration.lexiconFolders == ["one", "two words"])
    #expect(configuration.collections.map(\.text) == ["com.example.note", "app.bsky.*"])
    #expect(configuration.labelers.count == 1)
    #expect(configuration.adminPassword == "a, b" && configuration.allowsPrivateAddresses)
    #expect(configuration.trustedProxies == 2 && configuration.logLevel == .debug)
    let database = try Self.configuration([
      "APPVIEW_RELAY_URL": "http://127.0.0.1:1", "DATABASE_URL": "sqlite:///tmp/x.sqlite",
    ])
    #expect(database.databasePath == "/tmp/x.sqlite")
  }

  @Test(arguments: [
    ("APPVIEW_PORT", "70000"), ("APPVIEW_HOSTNAME", "https://example.com"),
    ("APPVIEW_HOSTNAME", "example.com:80"), ("APPVIEW_DID", "example.com"),
    ("APPVIEW_COLLECTIONS", "notes"), ("APPVIEW_LABELERS", "alice.example.com"),
    ("APPVIEW_RELAY_URL", "relay.example.com"), ("DATABASE_URL", "postgres://localhost/x"),
  ])
  func malformedSettingIsRefused(_ name: String, _ value: String) {
    #expect(throws: ServiceError.self) {
      try Self.configuration(isDevelopment: true, [name: value])
    }
  }

  @Test func builtInLexiconsHaveEveryRecord() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let all = AppViewLexicons.read([root.appending(path: "Lexicons").path], knowing: Catalog([]))
    #expect(all.problems.isEmpty)
    let (plan, builtIn) = (IndexPlan(all.catalog), IndexPlan(AppViewLexicons.builtIn))
    #expect(!builtIn.collections.isEmpty)
    #expect(builtIn.collections.map(\.collection) == plan.collections.map(\.collection))
    #expect(builtIn.collections.map(\.fields) == plan.collections.map(\.fields))
  }

  @Test func brokenDocumentIsNamedAndOthersAreKept() throws {
    let folder = try TemporaryFolder()
    try folder.write(#"{"lexicon": 1, "id": "com.example.broken", "defs": 7}"#, to: "a/b.json")
    try folder.write(
      #"{"lexicon": 1, "id": "com.example.good", "defs": {"main": {"type": "token"}}}"#,
      to: "a/c.json"
    )
    let lexicons = AppViewLexicons.read(
      [folder.path, folder.path + "/none"],
      knowing: Catalog([])
    )
    #expect(lexicons.catalog["com.example.good"] != nil)
    #expect(lexicons.catalog["com.example.broken"] == nil)
    #expect(lexicons.problems.contains { $0.contains("a/b.json:1") })
    #expect(lexicons.problems.contains { $0.contains("no such file or folder") })
  }

  @Test func readWhoseTurnDoesNotComeIsRefused() async throws {
    let lane = ReadLane(1, maximumWaiting: 1)
    let (release, releasing) = AsyncStream<Void>.makeStream()
    let (started, starting) = AsyncStream<Void>.makeStream()
    async let first = lane.run(until: .now + .seconds(60)) {
      starting.finish()
      for await _ in release {}
      return 1
    }
    for await _ in started {}
    // Its deadline has passed.
    let late = try await lane.run(until: .now) { 2 }
    #expect(late == nil)
    async let second = lane.run(until: .now + .seconds(60)) { 3 }
    while lane.waitingCount == 0 { await Task.yield() }
    // Nobody else may wait.
    let refused = try await lane.run(until: .now + .seconds(60)) { 4 }
    #expect(refused == nil)
    releasing.finish()
    #expect(try await first == 1)
    #expect(try await second == 3)
  }
}
