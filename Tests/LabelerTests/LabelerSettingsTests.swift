import ATProtoCrypto
import ATProtoHTTP
import ATProtoSyntax
import ServiceKit
import TestSupport
import Testing

@testable import Labeler

/// How settings are read. What each one does is in `LabelerSettingsEffectTests`.
@Suite struct LabelerSettingsTests {
  private static let required = [
    "LABELER_DID": "did:web:labels.example.com",
    "LABELER_SIGNING_KEY_HEX": String(repeating: "01", count: 32),
  ]

  static func configuration(
    _ environment: [String: String] = [:],
    _ arguments: [String] = [],
    isDevelopment: Bool = false
  ) throws -> LabelerConfiguration {
    var settings = LabelerSettings(isDevelopment: isDevelopment)
    let environment = isDevelopment ? environment : required.merging(environment) { $1 }
    #expect(try settings.read(environment).isEmpty)
    try settings.take(LabelerSettings.table.flags(arguments))
    return try settings.finished()
  }

  @Test func defaultsOfAPublicLabeler() throws {
    let settings = try Self.configuration()
    #expect(settings.address.host == "127.0.0.1" && settings.address.port == 2585)
    #expect(settings.databasePath == "data/labeler/labeler.sqlite")
    #expect(settings.plcDirectory == HTTPURL("https://plc.directory"))
    #expect(settings.adminPasswords.isEmpty && settings.administrators.isEmpty)
    #expect(settings.targets == TakedownTargets() && settings.replayWindow == nil)
    #expect(settings.hasRateLimits && !settings.allowsPrivateAddresses)
    #expect(settings.trustedProxies == 1 && settings.metricsAddress == nil)
    #expect(settings.advice.count == 1)
  }

  @Test func developmentNeedsNoSettings() throws {
    let settings = try Self.configuration(isDevelopment: true)
    #expect(settings.did == nil && settings.signingKey == nil && settings.databasePath == nil)
    #expect(!settings.hasRateLimits && settings.allowsPrivateAddresses)
    #expect(settings.trustedProxies == 0 && settings.advice.isEmpty)
    let data = try Self.configuration(["LABELER_DATA_DIRECTORY": "d"], isDevelopment: true)
    #expect(data.databasePath == "d/labeler.sqlite")
  }

  @Test(arguments: ["LABELER_DID", "LABELER_SIGNING_KEY_HEX"])
  func identityIsRequired(_ name: String) {
    let error = #expect(throws: ServiceError.self) { try Self.configuration([name: ""]) }
    #expect(error?.reason.hasPrefix("\(name) is not set") == true)
  }

  @Test(arguments: [
    ("LABELER_DID", "labels.example.com"), ("LABELER_SIGNING_KEY_HEX", "0102"),
    ("LABELER_SIGNING_KEY_HEX", String(repeating: "00", count: 32)),
    ("LABELER_SIGNING_KEY_HEX", String(repeating: "zz", count: 32)),
    ("LABELER_PORT", "70000"), ("LABELER_PUBLIC_URL", "http://labels.example.com"),
    ("LABELER_PUBLIC_URL", "https://labels.example.com/path"),
    ("LABELER_ADMINS", "did:web:a.com,alice.test"), ("LABELER_PLC_URL", "plc.directory"),
    ("LABELER_REPLAY_WINDOW", "72"), ("LABELER_RATE_LIMITS_ENABLED", "perhaps"),
    ("LABELER_ALLOW_PRIVATE_ADDRESSES", "no!"), ("LABELER_TRUSTED_PROXIES", "-1"),
    ("LABELER_PDS_URL", "pds.example.com"), ("LABELER_PDS_DID", "pds.example.com"),
    ("LABELER_RELAY_URL", "relay"), ("LABELER_APPVIEW_URL", "a"), ("LABELER_APPVIEW_DID", "a"),
    ("LABELER_METRICS_PORT", "x"), ("LOG_LEVEL", "loud"), ("DATABASE_URL", "labeler.sqlite"),
    ("DATABASE_URL", "sqlite://"),
  ])
  func malformedValueIsRefusedByName(_ name: String, _ value: String) throws {
    var settings = LabelerSettings(isDevelopment: false)
    let setting = try #require(LabelerSettings.table.setting(name))
    let error = #expect(throws: ServiceError.self) { try settings.set(setting, value) }
    #expect(error?.code == .configuration)
    #expect(error?.reason.hasPrefix("\(name): ") == true)
    #expect(value.count < 10 || error?.reason.contains(value) == false)
  }

  @Test(arguments: ["postgres://labeler@localhost/labeler", "postgresql://localhost/labeler"])
  func postgreSQLIsRefusedWithTheAlternative(_ url: String) {
    let error = #expect(throws: ServiceError.self) {
      try Self.configuration(["DATABASE_URL": url])
    }
    #expect(error?.reason == "DATABASE_URL: PostgreSQL is not supported yet; use sqlite://PATH")
  }

  @Test(arguments: [
    (["LABELER_PDS_URL": "https://pds.example.com"], "LABELER_PDS_DID"),
    (["LABELER_PDS_DID": "did:web:pds.example.com"], "LABELER_PDS_URL"),
    (["LABELER_RELAY_URL": "https://relay.example.com"], "LABELER_RELAY_ADMIN_PASSWORD"),
    (["LABELER_APPVIEW_ADMIN_PASSWORD": "a"], "LABELER_APPVIEW_URL"),
  ])
  func targetNeedsAnAddressAndCredentials(_ given: [String: String], _ missing: String) {
    let error = #expect(throws: ServiceError.self) { try Self.configuration(given) }
    #expect(error?.reason.contains(missing) == true)
  }

  @Test func passwordTakesPrecedenceOverTokens() throws {
    let settings = try Self.configuration([
      "LABELER_PDS_URL": "https://pds.example.com", "LABELER_PDS_DID": "did:web:pds.example.com",
      "LABELER_PDS_ADMIN_PASSWORD": "a",
    ])
    #expect(settings.targets.pds?.adminPassword == "a")
    #expect(settings.targets.pds?.did == "did:web:pds.example.com")
  }

  @Test func plainHTTPIsAllowedOnThisMachine() throws {
    let settings = try Self.configuration(["LABELER_PUBLIC_URL": "http://127.0.0.1:2585"])
    #expect(settings.publicURL == HTTPURL("http://127.0.0.1:2585"))
  }

  @Test func flagsAreUnique() {
    let flags = LabelerSettings.table.settings.flatMap(\.flags)
    #expect(Set(flags).count == flags.count)
  }

  @Test func misspelledSettingIsReported() throws {
    var settings = LabelerSettings(isDevelopment: true)
    #expect(try settings.read(["LABELER_DIDD": "a"]) == ["LABELER_DIDD"])
  }

  /// The table in `docs/labeler.md` is recorded with `RECORD_SNAPSHOTS=1`.
  @Test func documentedSettingsAreComplete() throws {
    let table = DocumentedTable(LabelerSettings.table.markdown, in: "docs/labeler.md")
    #expect(try table.difference() == nil)
  }
}
