import ATProtoHTTP
import Foundation
import ServiceKit
import TestSupport
import Testing

@testable import Relay

/// How settings are read. What each one does is in `SettingsEffectTests`.
@Suite struct RelaySettingsTests {
  private static func configuration(
    _ environment: [String: String],
    _ arguments: [String] = [],
    isDevelopment: Bool = false
  ) throws -> RelayConfiguration {
    var settings = RelaySettings(isDevelopment: isDevelopment)
    #expect(try settings.read(environment).isEmpty)
    try settings.take(RelaySettings.table.flags(arguments))
    return try settings.finished()
  }

  /// The defaults of the reference implementation.
  @Test func publicRelayHasTheDefaultsOfTheReference() throws {
    let settings = try Self.configuration([:])
    #expect(settings.address.host == "0.0.0.0" && settings.address.port == 2470)
    #expect(settings.metricsAddress?.port == 2471)
    #expect(settings.persistDirectory == "data/relay/persist")
    #expect(settings.databasePath == "data/relay/relay.sqlite")
    #expect(settings.plcDirectory == HTTPURL("https://plc.directory"))
    #expect(settings.replayWindow == .seconds(72 * 3600) && settings.maximumLogBytes == nil)
    #expect(settings.maximumDatabaseConnections == 40 && settings.hostConcurrency == 40)
    #expect(settings.hostEventsPerSecond == 50 && settings.defaultAccountLimit == 100)
    #expect(settings.newHostsPerDay == 50 && settings.initialSequence == 1)
    #expect(settings.accountCache == .entries(5_000_000))
    #expect(settings.trustedDomains == ["*.host.bsky.network"])
    #expect(settings.isCrawlPublic && !settings.allowsInsecureHosts && !settings.isLenient)
    #expect(settings.adminPasswords.isEmpty && settings.advice.count == 1)
    #expect(settings.accountLimitAlerts == AccountLimitAlertSettings())
  }

  @Test func developmentNeedsNoSettings() throws {
    let settings = try Self.configuration([:], isDevelopment: true)
    #expect(settings.address.host == "127.0.0.1" && settings.metricsAddress == nil)
    #expect(settings.persistDirectory == nil && settings.databasePath == nil)
    #expect(settings.plcDirectory == HTTPURL("http://127.0.0.1:2582"))
    #expect(settings.allowsInsecureHosts && settings.advice.isEmpty)
    #expect(settings.adminPasswords.count == 1 && settings.adminPasswords[0].utf8.count >= 24)
    let given = try Self.configuration(["RELAY_ADMIN_PASSWORD": "a"], isDevelopment: true)
    #expect(given.adminPasswords == ["a"])
  }

  /// Each with the other names that the reference implementation reads.
  @Test(arguments: [
    ("RELAY_ADMIN_KEY", "a,b"), ("RELAY_API_LISTEN", "127.0.0.1:1"),
    ("ATP_PLC_HOST", "http://a.com"),
    ("RELAY_PERSISTER_DIR", "/p"), ("MAX_METADB_CONNECTIONS", "7"),
    ("RELAY_EVENT_PLAYBACK_TTL", "1h"), ("RELAY_CONCURRENCY_PER_PDS", "7"),
    ("RELAY_DEFAULT_REPO_LIMIT", "7"), ("RELAY_DID_CACHE_SIZE", "7"), ("GO_LOG_LEVEL", "debug"),
    ("LOG_LEVEL", "warn"),
  ])
  func otherNamesAreRead(_ name: String, _ value: String) throws {
    let changed = try Self.configuration([name: value])
    let flag = try #require(RelaySettings.table.setting(name)?.flags.first)
    let same = try Self.configuration([:], [flag, value])
    let unchanged = try Self.configuration([:])
    #expect("\(changed)" == "\(same)")
    #expect("\(changed)" != "\(unchanged)")
  }

  @Test(arguments: [
    ("--bind", "RELAY_API_BIND"), ("--db-url", "DATABASE_URL"),
    ("--max-db-conn", "MAX_DB_CONNECTIONS"), ("--env", "ENVIRONMENT"),
    ("--admin-password", "RELAY_ADMIN_PASSWORD"), ("--log-level", "RELAY_LOG_LEVEL"),
  ])
  func flagsAreThoseOfTheReference(_ flag: String, _ name: String) {
    #expect(RelaySettings.table.setting(flag)?.name == name)
  }

  @Test func flagsAreUnique() {
    let flags = RelaySettings.table.settings.flatMap(\.flags)
    #expect(Set(flags).count == flags.count)
  }

  @Test(arguments: [
    ("RELAY_API_BIND", "2470"), ("RELAY_PLC_HOST", "plc.directory"),
    ("DATABASE_URL", "relay.sqlite"), ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "postgres://a/b"), ("DATABASE_URL", "postgresql://a/b"),
    ("MAX_DB_CONNECTIONS", "0"), ("RELAY_REPLAY_WINDOW", "72"),
    ("RELAY_MAX_LOG_SIZE", "100"), ("RELAY_MAX_LOG_SIZE", "1KB"), ("RELAY_HOST_CONCURRENCY", "0"),
    ("RELAY_HOST_EVENTS_PER_SECOND", "0"), ("RELAY_DEFAULT_ACCOUNT_LIMIT", "-1"),
    ("RELAY_NEW_HOSTS_PER_DAY_LIMIT", "many"), ("RELAY_IDENT_CACHE_SIZE", "512XB"),
    ("RELAY_DISABLE_REQUEST_CRAWL", "perhaps"), ("RELAY_ALLOW_INSECURE_HOSTS", ""),
    ("RELAY_INITIAL_SEQ_NUMBER", "0"), ("RELAY_SIBLING_RELAYS", "https://a.com/path"),
    ("RELAY_ACCOUNT_LIMIT_ALERT_THRESHOLD", "80"), ("RELAY_ACCOUNT_LIMIT_ALERT_INTERVAL", "0s"),
    ("RELAY_LOG_LEVEL", "loud"),
  ])
  func malformedValueIsRefusedByName(_ name: String, _ value: String) throws {
    var settings = RelaySettings(isDevelopment: false)
    let setting = try #require(RelaySettings.table.setting(name))
    let error = #expect(throws: ServiceError.self) { try settings.set(setting, value) }
    #expect(error?.code == .configuration)
    #expect(error?.reason.hasPrefix("\(name): ") == true)
    #expect(value.count < 10 || error?.reason.contains(value) == false)
  }

  @Test(arguments: [
    ("a, b", ["a", "b"]), (" correct horse ,x", ["correct horse", "x"]), (",a,,", ["a"]),
  ])
  func passwordsAreSplitAtCommas(_ text: String, _ passwords: [String]) throws {
    let settings = try Self.configuration(["RELAY_ADMIN_PASSWORD": text])
    #expect(settings.adminPasswords == passwords)
  }

  @Test func postgreSQLIsRefusedWithTheAlternative() {
    let error = #expect(throws: ServiceError.self) {
      try Self.configuration(["DATABASE_URL": "postgres://relay@localhost/relay"])
    }
    #expect(
      error?.reason == "DATABASE_URL: PostgreSQL is not supported yet; use sqlite://PATH"
    )
  }

  /// The log refers to hosts and accounts of the database.
  @Test func logOnDiskNeedsADatabaseOnDisk() throws {
    let folder = ["RELAY_PERSIST_DIR": "/p"]
    let error = #expect(throws: ServiceError.self) {
      try Self.configuration(folder, isDevelopment: true)
    }
    #expect(error?.reason.contains("DATABASE_URL") == true)
    let both = folder.merging(["DATABASE_URL": "sqlite:///d/relay.sqlite"]) { $1 }
    let settings = try Self.configuration(both, isDevelopment: true)
    #expect(settings.persistDirectory == "/p" && settings.databasePath == "/d/relay.sqlite")
  }

  @Test(
    arguments: [
      ([:], 0), (["RELAY_API_BIND": "127.0.0.1:1"], 1), (["RELAY_API_BIND": "[::1]:1"], 1),
      (["RELAY_API_BIND": "127.0.0.1:1", "RELAY_TRUSTED_PROXIES": "0"], 0),
    ] as [([String: String], Int)]
  )
  func proxyOnThisMachineIsTrustedByDefault(_ environment: [String: String], _ count: Int) throws {
    #expect(try Self.configuration(environment).trustedProxies == count)
  }

  /// The table in `docs/relay.md` is recorded with `RECORD_SNAPSHOTS=1`.
  @Test func documentationListsTheSettings() throws {
    let table = DocumentedTable(RelaySettings.table.markdown, in: "docs/relay.md")
    #expect(try table.difference() == nil)
  }
}
