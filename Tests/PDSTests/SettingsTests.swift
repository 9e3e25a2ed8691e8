import ATProtoCrypto
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Foundation
import ServiceKit
import TestSupport
import Testing
import XRPC

@testable import PDS

@Suite struct SettingsTests {
  private static func configuration(
    _ environment: [String: String]
  ) throws -> PDSConfiguration {
    var settings = PDSSettings(isDevelopment: false)
    let all = environment.merging(["PDS_HOSTNAME": "pds.example.com"]) { given, _ in given }
    #expect(try settings.read(all).isEmpty)
    return try settings.finished()
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var value: String
    var isSet: @Sendable (PDSConfiguration) -> Bool

    var testDescription: String { "\(name)=\(value)" }
  }

  private static let recoveryKey = "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"

  static let cases: [Case] = [
    Case(name: "PDS_HOSTNAME", value: "A.example.com") { $0.hostname == "a.example.com" },
    Case(name: "PDS_PORT", value: "0") { $0.port == 0 },
    Case(name: "PDS_BIND_ADDRESS", value: "0.0.0.0") { $0.bindAddress == "0.0.0.0" },
    Case(name: "PDS_DATA_DIRECTORY", value: "/d") { $0.dataDirectory == "/d" },
    Case(name: "PDS_BLOBSTORE_DISK_LOCATION", value: "/b") { $0.blobDirectory == "/b" },
    Case(name: "PDS_BLOB_UPLOAD_LIMIT", value: "7") { $0.blobUploadLimit == 7 },
    Case(name: "PDS_BLOB_QUOTA", value: "7") { $0.blobQuota == 7 },
    Case(name: "PDS_MAX_REPO_IMPORT_SIZE", value: "7") { $0.importLimit == 7 },
    Case(name: "PDS_FIREHOSE_RETENTION_MS", value: "7") { $0.firehoseRetention == 7 },
    Case(name: "PDS_ADMIN_PASSWORD", value: "secret") { $0.adminPassword == "secret" },
    Case(name: "PDS_JWT_SECRET", value: "0123456789abcdef") {
      $0.sessionSecret == "0123456789abcdef"
    },
    Case(name: "PDS_ACCESS_TOKEN_TTL", value: "60") { $0.accessTokenLifetime == 60 },
    Case(name: "PDS_SERVICE_HANDLE_DOMAINS", value: ".a.com, .b.com") {
      $0.handleDomains == [".a.com", ".b.com"]
    },
    Case(name: "PDS_INVITE_REQUIRED", value: "no") { !$0.isInviteRequired },
    Case(name: "PDS_DID_PLC_URL", value: "http://localhost:2582") {
      $0.plcDirectory == HTTPURL("http://localhost:2582")
    },
    Case(
      name: "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX",
      value: String(repeating: "0", count: 63) + "1"
    ) { $0.rotationKey?.rawRepresentation.last == 1 },
    Case(name: "PDS_RECOVERY_DID_KEY", value: recoveryKey) {
      $0.recoveryKey?.didKey == recoveryKey
    },
    Case(name: "PDS_PRIVACY_POLICY_URL", value: "https://a.com/p") {
      $0.privacyPolicyURL == "https://a.com/p"
    },
    Case(name: "PDS_TERMS_OF_SERVICE_URL", value: "https://a.com/t") {
      $0.termsOfServiceURL == "https://a.com/t"
    },
    Case(name: "PDS_CONTACT_EMAIL_ADDRESS", value: "a@b.com") { $0.contactEmail == "a@b.com" },
    Case(name: "PDS_OAUTH_TRUSTED_CLIENTS", value: "https://a.com/c,https://b.com/c") {
      $0.oauth.trustedClients == ["https://a.com/c", "https://b.com/c"]
    },
    Case(name: "PDS_DPOP_SECRET", value: "0123456789abcdef") {
      $0.oauth.dpopSecret == "0123456789abcdef"
    },
    Case(name: "PDS_OAUTH_REQUEST_TTL", value: "7") { $0.oauth.requestLifetime == 7 },
    Case(name: "PDS_OAUTH_CODE_TTL", value: "7") { $0.oauth.codeLifetime == 7 },
    Case(name: "PDS_OAUTH_ACCESS_TOKEN_TTL", value: "7") { $0.oauth.accessTokenLifetime == 7 },
    Case(name: "PDS_OAUTH_REFRESH_TTL", value: "7") { $0.oauth.refreshTokenLifetime == 7 },
    Case(name: "PDS_OAUTH_SESSION_TTL", value: "7") { $0.oauth.sessionLifetime == 7 },
    Case(name: "PDS_LEXICON_AUTHORITY_DID", value: "did:web:a.com") {
      $0.lexicons.authority == "did:web:a.com"
    },
    Case(name: "PDS_LEXICON_CACHE_NEGATIVE_MS", value: "1500") {
      $0.lexicons.negativeLifetime == .milliseconds(1500)
    },
    Case(name: "PDS_DNS_SERVER", value: "127.0.0.1:5353") {
      $0.dnsServer == SystemTXTResolver.Server("127.0.0.1:5353")
    },
    Case(name: "PDS_OAUTH_PROVIDER_NAME", value: "A") { $0.oauth.branding.name == "A" },
    Case(name: "PDS_OAUTH_PROVIDER_LOGO", value: "https://a.com/l") {
      $0.oauth.branding.logoURL == "https://a.com/l"
    },
    Case(name: "PDS_OAUTH_PROVIDER_PRIMARY_COLOR", value: "#0aF") {
      $0.oauth.branding.primaryColor == "#0aF"
    },
    Case(name: "PDS_SERVICE_NAME", value: "A <b>") { $0.oauth.branding.name == "A <b>" },
    Case(name: "PDS_LOGO_URL", value: "https://a.com/l") {
      $0.oauth.branding.logoURL == "https://a.com/l"
    },
    Case(name: "PDS_HOME_URL", value: "https://a.com/") {
      $0.oauth.branding.homeURL == "https://a.com/"
    },
    Case(name: "PDS_SUPPORT_URL", value: "https://a.com/s") {
      $0.oauth.branding.supportURL == "https://a.com/s"
    },
    Case(name: "PDS_PRIMARY_COLOR", value: "#0aF") { $0.oauth.branding.primaryColor == "#0aF" },
    Case(name: "PDS_ERROR_COLOR", value: "#a00000") { $0.oauth.branding.errorColor == "#a00000" },
    Case(name: "PDS_WARNING_COLOR", value: "#aa0") { $0.oauth.branding.warningColor == "#aa0" },
    Case(name: "PDS_SUCCESS_COLOR", value: "#0a0") { $0.oauth.branding.successColor == "#0a0" },
    Case(name: "PDS_CRAWLERS", value: "https://a.com,https://b.com") {
      $0.crawlers == [HTTPURL("https://a.com")!, HTTPURL("https://b.com")!]
    },
    Case(name: "PDS_BARE_AUDIENCES", value: "off") { !$0.usesBareAudiences },
    Case(name: "PDS_ALLOW_PRIVATE_ADDRESSES", value: "1") { $0.allowsPrivateAddresses },
    Case(name: "PDS_TRUSTED_PROXIES", value: "2") { $0.trustedProxies == 2 },
    Case(name: "PDS_EMAIL_FROM_ADDRESS", value: "a@b.com") { $0.mailFrom == "a@b.com" },
    Case(name: "PDS_EMAIL_SMTP_URL", value: "smtp:///?sendmail=true") {
      $0.mailCommand == "sendmail"
    },
    Case(name: "PDS_SENDMAIL_COMMAND", value: "/bin/m -t") { $0.mailCommand == "/bin/m -t" },
    Case(name: "PDS_MAIL_FILE", value: "/m") { $0.mailFile == "/m" },
    Case(name: "PDS_METRICS_PORT", value: "9090") {
      $0.metricsAddress?.port == 9090 && $0.metricsAddress?.host == "127.0.0.1"
    },
    Case(name: "PDS_RATE_LIMITS_ENABLED", value: "false") { !$0.hasRateLimits },
    Case(name: "PDS_RATE_LIMIT_BYPASS_KEY", value: "k") { $0.rateLimitBypassKey == "k" },
    Case(name: "PDS_RATE_LIMIT_BYPASS_IPS", value: "10.0.0.0/8,::1") {
      $0.rateLimitBypassNetworks == [IPNetwork("10.0.0.0/8")!, IPNetwork("::1")!]
    },
  ]

  @Test(arguments: cases) func variableAndFlagSetTheConfiguration(_ test: Case) throws {
    #expect(test.isSet(try Self.configuration([test.name: test.value])))
    // An empty variable counts as absent; the hostname is required.
    if test.name != "PDS_HOSTNAME" {
      #expect(!test.isSet(try Self.configuration([test.name: ""])))
    }
    let setting = try #require(PDSSettings.table.setting(test.name))
    for flag in setting.flags { #expect(PDSSettings.table.setting(flag)?.name == test.name) }
  }

  @Test(arguments: ["red", "#12", "#12345g", "#fff;}", "0a7", "rgb(0,0,0)"])
  func colorThatIsNotHexadecimalIsRefused(_ value: String) {
    #expect(throws: ServiceError(.configuration, "")) {
      try Self.configuration(["PDS_PRIMARY_COLOR": value])
    }
  }

  @Test func presentNameOfASettingTakesPrecedence() throws {
    let both = ["PDS_OAUTH_PROVIDER_NAME": "old", "PDS_SERVICE_NAME": "new"]
    #expect(try Self.configuration(both).oauth.branding.name == "new")
  }

  @Test func everySettingIsTestedAndItsFlagsAreUnique() {
    let rest = [
      "PDS_BSKY_APP_VIEW_URL", "PDS_BSKY_APP_VIEW_DID", "PDS_MOD_SERVICE_URL",
      "PDS_MOD_SERVICE_DID", "PDS_REPORT_SERVICE_URL", "PDS_REPORT_SERVICE_DID",
      "PDS_SERVICE_DID", "PDS_METRICS_ADDRESS",
    ]
    #expect(Set(Self.cases.map(\.name) + rest) == Set(PDSSettings.table.settings.map(\.name)))
    let flags = PDSSettings.table.settings.flatMap(\.flags)
    #expect(Set(flags).count == flags.count)
  }

  @Test func serviceNeedsBothURLAndDID() throws {
    let services: [(String, (PDSConfiguration) -> ServiceLocation?)] = [
      ("PDS_BSKY_APP_VIEW", { $0.appView }), ("PDS_MOD_SERVICE", { $0.modService }),
      ("PDS_REPORT_SERVICE", { $0.reportService }),
    ]
    for (name, location) in services {
      let url = ["\(name)_URL": "https://a.com"]
      let both = url.merging(["\(name)_DID": "did:web:a.com"]) { $1 }
      let service = location(try Self.configuration(both))
      #expect(service?.did == "did:web:a.com" && service?.url == HTTPURL("https://a.com"))
      #expect(throws: ServiceError(.configuration, "")) { try Self.configuration(url) }
    }
  }

  @Test(arguments: [
    ("PDS_PORT", "65536"), ("PDS_PORT", "x"), ("PDS_INVITE_REQUIRED", "perhaps"),
    ("PDS_DID_PLC_URL", "ftp://a"), ("PDS_SERVICE_HANDLE_DOMAINS", "a.com"),
    ("PDS_RECOVERY_DID_KEY", "did:key:x"), ("PDS_BSKY_APP_VIEW_DID", "x"),
    ("PDS_EMAIL_SMTP_URL", "smtps://user:secret@mail.example.com"), ("PDS_JWT_SECRET", "short"),
    ("PDS_RATE_LIMIT_BYPASS_IPS", "host"), ("PDS_RATE_LIMIT_BYPASS_IPS", "10.0.0.0/33"),
    ("PDS_METRICS_PORT", "-1"), ("PDS_METRICS_ADDRESS", "127.0.0.1"), ("PDS_HOSTNAME", "a:b"),
    ("PDS_SERVICE_DID", "did:web:b.example.com"),
    ("PDS_SERVICE_DID", "did:plc:44ybard66vv44zksje25o7dz"),
  ])
  func malformedValueIsRefused(_ name: String, _ value: String) throws {
    #expect(throws: ServiceError(.configuration, "")) { try Self.configuration([name: value]) }
  }

  /// Not even for settings that are not secret: a secret may be in the wrong setting, or in a URL.
  @Test(arguments: ["0123456789zz", "https://user:0123456789zz@example.com"])
  func errorNamesTheSettingAndNeverItsValue(_ secret: String) throws {
    for setting in PDSSettings.table.settings {
      var settings = PDSSettings(isDevelopment: false)
      do {
        try settings.set(setting, secret)
      } catch {
        #expect(!error.reason.contains("0123456789zz") && error.reason.hasPrefix(setting.name))
      }
    }
  }

  /// As in the reference implementation, registration is open only if the operator opens it.
  @Test func invitesAndRateLimitsAreOnExceptInDevelopment() throws {
    let settings = try Self.configuration([:])
    #expect(settings.isInviteRequired && settings.hasRateLimits)
    let development = try PDSSettings(isDevelopment: true).finished()
    #expect(!development.isInviteRequired && !development.hasRateLimits)
  }

  /// A server that listens only on a loopback IP address is behind a proxy, unless it is for
  /// development.
  @Test(
    arguments: [
      ([:], 1), (["PDS_BIND_ADDRESS": "::1"], 1), (["PDS_BIND_ADDRESS": "localhost"], 1),
      (["PDS_BIND_ADDRESS": "0.0.0.0"], 0), (["PDS_TRUSTED_PROXIES": "0"], 0),
    ] as [([String: String], Int)]
  )
  func proxyOnThisMachineIsTrustedByDefault(_ environment: [String: String], _ count: Int) throws {
    #expect(try Self.configuration(environment).trustedProxies == count)
    #expect(try PDSSettings(isDevelopment: true).finished().trustedProxies == 0)
  }

  @Test func serviceDIDMayBeTheServersOwn() throws {
    let configuration = try Self.configuration(["PDS_SERVICE_DID": "did:web:pds.example.com"])
    #expect(try configuration.serverDID() == "did:web:pds.example.com")
  }

  @Test func metricsAddressNeedsAPort() throws {
    let both = ["PDS_METRICS_ADDRESS": "0.0.0.0", "PDS_METRICS_PORT": "0"]
    #expect(try Self.configuration(both).metricsAddress?.host == "0.0.0.0")
    let error = #expect(throws: ServiceError.self) {
      try Self.configuration(["PDS_METRICS_ADDRESS": "0.0.0.0"])
    }
    #expect(error?.reason.contains("PDS_METRICS_PORT") == true)
  }

  /// Flags take precedence; several flags for a list setting form one list.
  @Test func flagsReplaceTheEnvironment() throws {
    var settings = PDSSettings(isDevelopment: false)
    _ = try settings.read([
      "PDS_HOSTNAME": "pds.example.com", "PDS_SERVICE_HANDLE_DOMAINS": ".a.com",
      "PDS_RATE_LIMIT_BYPASS_IPS": "10.0.0.1", "PDS_CRAWLERS": "https://a.com", "PDS_PORT": "1",
    ])
    let flags = [
      ("--handle-domain", ".b.com"), ("--service-handle-domains", ".c.com,.d.com"),
      ("--rate-limit-bypass-ips", "10.0.0.2"), ("--rate-limit-bypass-ips", "10.0.0.3"),
      ("--crawlers", "https://b.com"), ("--crawlers", "https://c.com"), ("--port", "2"),
      ("--port", "3"),
    ]
    try settings.take(flags.map { (try #require(PDSSettings.table.setting($0)), $1) })
    let configuration = try settings.finished()
    #expect(configuration.handleDomains == [".b.com", ".c.com", ".d.com"])
    let networks = configuration.rateLimitBypassNetworks
    #expect(networks == [IPNetwork("10.0.0.2")!, IPNetwork("10.0.0.3")!])
    #expect(configuration.crawlers.map(\.origin) == ["https://b.com", "https://c.com"])
    #expect(configuration.port == 3)
  }

  @Test(
    arguments: [
      (["ATPROTO_DNS_SERVER": "127.0.0.1:1"], "127.0.0.1:1"),
      (["ATPROTO_DNS_SERVER": "127.0.0.1:1", "PDS_DNS_SERVER": ""], "127.0.0.1:1"),
      (["ATPROTO_DNS_SERVER": "127.0.0.1:1", "PDS_DNS_SERVER": "127.0.0.1:2"], "127.0.0.1:2"),
    ] as [([String: String], String)]
  )
  func sharedVariableIsReadIfTheOwnOneIsAbsent(
    _ environment: [String: String],
    _ server: String
  ) throws {
    let configuration = try Self.configuration(environment)
    #expect(configuration.dnsServer == SystemTXTResolver.Server(server))
  }

  @Test func adviceNamesTheMissingSettings() throws {
    let whole = [
      "PDS_ADMIN_PASSWORD": "secret", "PDS_MAIL_FILE": "/m",
      "PDS_BSKY_APP_VIEW_URL": "https://a.com", "PDS_BSKY_APP_VIEW_DID": "did:web:a.com",
    ]
    #expect(try Self.configuration(whole).advice.isEmpty)
    for (names, advice) in [
      (["PDS_ADMIN_PASSWORD"], "PDS_ADMIN_PASSWORD"), (["PDS_MAIL_FILE"], "PDS_SENDMAIL_COMMAND"),
      (["PDS_BSKY_APP_VIEW_URL", "PDS_BSKY_APP_VIEW_DID"], "PDS_BSKY_APP_VIEW_URL"),
    ] {
      let given = try Self.configuration(whole.filter { !names.contains($0.key) }).advice
      #expect(given.count == 1 && given[0].contains(advice))
    }
    let uncounted = whole.merging(["PDS_RATE_LIMITS_ENABLED": "false"]) { $1 }
    #expect(try Self.configuration(uncounted).advice.count == 1)
    #expect(try PDSSettings(isDevelopment: true).finished().advice.isEmpty)
  }

  @Test func handleDomainDefaultsToTheHostnameOrTest() throws {
    #expect(try Self.configuration(["PDS_HOSTNAME": "localhost"]).handleDomains == [".test"])
    #expect(try Self.configuration([:]).handleDomains == [".pds.example.com"])
  }

  @Test func unknownVariablesAreReported() throws {
    var settings = PDSSettings(isDevelopment: true)
    #expect(try settings.read(["PDS_PROT": "1", "HOME": "/"]) == ["PDS_PROT"])
  }

  private static func documentation() throws -> String {
    let path = URL(filePath: #filePath).appending(path: "../../../docs/pds.md").standardized
    return try String(contentsOf: path, encoding: .utf8)
  }

  /// A server with the settings of the example logs no advice.
  @Test func exampleForProductionIsComplete() throws {
    let section = try #require(
      try Self.documentation().components(separatedBy: "## Production\n").last
    )
    let lines = section.split(separator: "\n").drop { $0 != "```sh" }.dropFirst()
    let example = lines.prefix { $0 != "```" }.map { $0.split(separator: "=", maxSplits: 1) }
    let environment = Dictionary(
      uniqueKeysWithValues: example.map { (String($0[0]), String($0[1])) }
    )
    var settings = PDSSettings(isDevelopment: false)
    #expect(try settings.read(environment).isEmpty)
    let configuration = try settings.finished()
    #expect(configuration.advice.isEmpty && !configuration.crawlers.isEmpty)
    #expect(configuration.usesBareAudiences && configuration.reportService != nil)
  }

  /// `RECORD_SNAPSHOTS=1` writes the table to `docs/pds.md`, and fails.
  @Test func documentationHasTheTable() throws {
    let table = DocumentedTable(PDSSettings.table.markdown, in: "docs/pds.md")
    #expect(try table.difference() == nil)
  }
}
