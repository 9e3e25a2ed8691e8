import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import CZstd
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Logging
import RelayTestSupport
import SQLiteStorage
import ServiceKit
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

@testable import Relay

/// Every setting, observed by what it does (indigo #1176: three settings were read, and had no
/// effect).
@Suite(.serialized) struct SettingsEffectTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var value: String
    /// Observes the effect. The relay runs with the setting.
    var observe: @Sendable (Observed) async throws -> Void

    var testDescription: String { "\(name)=\(value)" }
  }

  struct Observed: Sendable {
    let network: RelayFixture
    let relay: TestRelay
    let folder: TemporaryFolder
    let log: CapturedLog
    let lookups: CountedTransport

    /// Connects the relay to a host and announces accounts, with three events each.
    @discardableResult
    func announce(_ count: Int) async throws -> [SimulatedAccount] {
      let answer = try await relay.administer(
        .post,
        "/admin/pds/requestCrawl",
        #"{"hostname":"\#(network.host.name)"}"#
      )
      try #require(answer.head.status == .ok, "\(answer.text)")
      #expect(try await until { network.host.connectionCount == 1 })
      let accounts = (0..<count).map { _ in network.makeAccount() }
      for account in accounts { network.host.announce(account) }
      return accounts
    }

    func host() async throws -> DataValue? {
      try await relay.administer(.get, "/admin/pds/list").json.array?.first
    }

    func status(of account: SimulatedAccount) async throws -> DataValue {
      let did = account.did.string
      return try await relay.send(.get, "/xrpc/com.atproto.sync.getRepoStatus?did=\(did)").json
    }
  }

  static let cases: [Case] = [
    Case(name: "RELAY_ADMIN_PASSWORD", value: "first,\(TestRelay.password)") { observed in
      for password in ["first", TestRelay.password] {
        let answer = try await observed.relay.administer(
          .get,
          "/admin/pds/list",
          password: password
        )
        #expect(answer.head.status == .ok)
      }
    },
    Case(name: "RELAY_API_BIND", value: "127.0.0.2:0") { observed in
      #expect(observed.relay.url.host == "127.0.0.2")
    },
    Case(name: "RELAY_METRICS_LISTEN", value: "127.0.0.3:0") { observed in
      let url = try #require(
        observed.log.value(of: "url", in: "serving metrics").flatMap { HTTPURL($0) }
      )
      #expect(url.host == "127.0.0.3")
      let metrics = try await AsyncHTTPClientTransport.shared.send(
        url.request(),
        body: nil,
        options: TransportOptions()
      )
      #expect(metrics.text.contains("relay_host_status"))
    },
    Case(name: "RELAY_PLC_HOST", value: "{plc}") { observed in
      try await observed.announce(1)
      _ = try await observed.relay.events(after: 0, count: 3)
      #expect(observed.network.plc.lookupCount > 0)
    },
    Case(name: "RELAY_PERSIST_DIR", value: "{folder}/elsewhere") { observed in
      try await observed.announce(1)
      _ = try await observed.relay.events(after: 0, count: 3)
      #expect(try observed.folder.names(below: "elsewhere").contains { $0.hasSuffix(".log") })
    },
    Case(name: "DATABASE_URL", value: "sqlite://{folder}/other.sqlite") { observed in
      let names = try observed.folder.names()
      #expect(names.contains("other.sqlite"))
    },
    Case(name: "MAX_DB_CONNECTIONS", value: "2") { observed in
      #expect(await mostReads(observed.relay.server.services.storage.store, of: 5) == 2)
    },
    Case(name: "RELAY_REPLAY_WINDOW", value: "0s") { observed in
      try await observed.announce(1)
      let pipeline = observed.relay.server.services.work.pipeline
      #expect(try await until { pipeline.writer.lastSequence == 3 })
      // With the default, the window would hold all three events.
      let window = try await pipeline.served.window()
      #expect(window == nil)
    },
    Case(name: "RELAY_MAX_LOG_SIZE", value: "64KB") { observed in
      let account = try #require(try await observed.announce(1).first)
      var record: DataValue = ["$type": "app.example.post"]
      record["text"] = .string(String(repeating: "a", count: 4_000))
      let pipeline = observed.relay.server.services.work.pipeline
      #expect(try await until { pipeline.writer.lastSequence == 3 })
      // One by one, because events that arrive together are stored together, and are deleted together.
      for number in 0..<30 {
        let path = SimulatedAccount.path("app.example.post", 1_000 + number)
        observed.network.host.emit(account.commit([.create(path, record: record.cborBytes())]))
        #expect(try await until { pipeline.writer.lastSequence == 4 + number })
      }
      try await pipeline.writer.drain()
      // Events are deleted once the database has what they changed.
      let isShorter = try await until {
        try pipeline.retention.collect()
        return try await pipeline.served.window()?.lowerBound ?? 0 > 1
      }
      #expect(isShorter)
      #expect(try await pipeline.served.window()?.upperBound == 33)
    },
    Case(name: "RELAY_INITIAL_SEQ_NUMBER", value: "1000") { observed in
      try await observed.announce(1)
      let events = try await observed.relay.events(after: 0, count: 3)
      #expect(events.compactMap(\.sequence) == [1000, 1001, 1002])
    },
    Case(name: "RELAY_DISABLE_REQUEST_CRAWL", value: "true") { observed in
      let answer = try await crawl(observed.network.host, observed)
      #expect(answer.head.status == .forbidden)
    },
    Case(name: "RELAY_ALLOW_INSECURE_HOSTS", value: "false") { observed in
      let answer = try await crawl(observed.network.host, observed)
      #expect(answer.head.status == .badRequest && answer.json["error"] == "BadRequest")
    },
    Case(name: "RELAY_NEW_HOSTS_PER_DAY_LIMIT", value: "1") { observed in
      #expect(try await crawl(observed.network.hosts[0], observed).head.status == .ok)
      let second = try await crawl(observed.network.hosts[1], observed)
      #expect(second.head.status == .tooManyRequests)
    },
    Case(name: "RELAY_DEFAULT_ACCOUNT_LIMIT", value: "2") { observed in
      let accounts = try await observed.announce(3)
      // Lanes work in parallel, so any of the three may come last.
      let isThrottled = try await until {
        var statuses: [DataValue] = []
        for account in accounts { statuses.append(try await observed.status(of: account)) }
        return statuses.count { $0["status"] == "throttled" } == 1
          && statuses.count { $0["active"] == true } == 2
      }
      #expect(isThrottled)
    },
    Case(name: "RELAY_HOST_EVENTS_PER_SECOND", value: "7") { observed in
      try await observed.announce(0)
      #expect(try await observed.host()?["PerSecondEventRate"]?["Max"] == 7)
    },
    Case(name: "RELAY_HOST_CONCURRENCY", value: "2") { observed in
      observed.network.plc.delay = .milliseconds(20)
      try await observed.announce(0)
      // Each account needs a lookup of its own.
      for _ in 0..<6 { observed.network.host.emit(observed.network.makeAccount().identity) }
      _ = try await observed.relay.events(after: 0, count: 6)
      #expect(observed.lookups.most == 2)
    },
    Case(name: "RELAY_TRUSTED_DOMAINS", value: "example.com,localhost") { observed in
      try await observed.announce(0)
      #expect(try await observed.host()?["PerSecondEventRate"]?["Max"] == 5000)
    },
    Case(name: "RELAY_SIBLING_RELAYS", value: "{sibling}") { observed in
      _ = try await crawl(observed.network.host, observed)
      let path = "/xrpc/com.atproto.sync.requestCrawl"
      #expect(
        try await until { observed.network.hosts[1].requests.contains { $0.path == path } }
      )
      let request = observed.network.hosts[1].requests.first { $0.path == path }
      #expect(request?.fields["via"] == "HTTP/1.1 atproto-relay")
    },
    Case(name: "RELAY_LENIENT_SYNC_VALIDATION", value: "true") { observed in
      let account = try #require(try await observed.announce(1).first)
      _ = try await observed.relay.events(after: 0, count: 3)
      var message = account.nextMessage(nil)
      message.prevData = nil
      observed.network.host.emit(.commit(message))
      let events = try await observed.relay.events(after: 3, count: 1)
      #expect(events.first?.summary == "commit \(account.did.string)")
      let registry = try #require(observed.relay.server.metrics).registry
      let line = #"relay_validator_passed_with_warning_total{reason="missingPrevData"} 1"#
      #expect(try await until { registry.text().contains(line) })
    },
    Case(name: "RELAY_IDENT_CACHE_SIZE", value: "2", observe: fewAccountsAreInMemory),
    // 1,000 bytes are enough for four accounts.
    Case(name: "RELAY_IDENT_CACHE_SIZE", value: "1KB", observe: fewAccountsAreInMemory),
    Case(name: "RELAY_TRUSTED_PROXIES", value: "1") { observed in
      var client = observed.relay.client
      client.headers[HTTPField.Name("X-Forwarded-For")!] = "203.0.113.7"
      try await observed.announce(1)
      let stream = try await client.subscribe(
        ComAtproto.Sync.SubscribeRepos.self,
        .init(cursor: 0)
      )
      for try await _ in stream {
        let list = try await observed.relay.administer(.get, "/admin/consumers/list").json
        #expect(list.array?.first?["remote_addr"] == "203.0.113.7")
        break
      }
    },
    Case(name: "RELAY_JETSTREAM_DICTIONARY", value: "{folder}/dictionary") { observed in
      try await observed.announce(1)
      let url = try #require(observed.relay.url.at("/subscribe?compress=true&cursor=1"))
      let opening = try await AsyncHTTPClientTransport.shared.openWebSocket(
        url.request(),
        options: TransportOptions()
      )
      guard case .opened(let messages, _) = opening else {
        Issue.record("the WebSocket is refused")
        return
      }
      let first = try #require(try await messages.first { _ in true })
      let expected = try ZstdTests.dictionary().bytes.withUnsafeBytes {
        ZSTD_getDictID_fromDict($0.baseAddress, $0.count)
      }
      #expect(dictionaryID(first) == expected && expected != 0)
    },
    Case(name: "RELAY_ACCOUNT_LIMIT_ALERT_THRESHOLD", value: "0.01") { observed in
      try await observed.announce(1)
      #expect(try await until { observed.log.contains("close to its account limit") })
      #expect(
        try await until { try await observed.host()?["AccountLimitAlertState"] == "warning" }
      )
    },
    Case(name: "RELAY_ACCOUNT_LIMIT_ALERT_INTERVAL", value: "20ms") { observed in
      // The first check is at the start, before there are accounts.
      try await observed.announce(90)
      #expect(try await until { observed.log.contains("close to its account limit") })
    },
    Case(name: "RELAY_ACCOUNT_LIMIT_ALERT_REPEAT_INTERVAL", value: "0s") { observed in
      try await observed.announce(100)
      #expect(try await until { observed.log.count("close to its account limit") > 1 })
    },
  ]

  /// The number of the dictionary with which a message was compressed.
  private static func dictionaryID(_ frame: [UInt8]) -> UInt32 {
    frame.withUnsafeBytes { ZSTD_getDictID_fromFrame($0.baseAddress, $0.count) }
  }

  /// Settings whose effect is observed elsewhere.
  private static let elsewhere = [
    "RELAY_LOG_LEVEL": "RelayServeCommandTests", "ENVIRONMENT": "RelayServeCommandTests",
  ]

  @Test func everySettingIsObserved() {
    let names = Self.cases.map(\.name) + Self.elsewhere.keys
    #expect(Set(names) == Set(RelaySettings.table.settings.map(\.name)))
  }

  @Test(arguments: cases) func settingTakesEffect(_ tested: Case) async throws {
    let folder = try TemporaryFolder()
    try folder.write(try ZstdTests.dictionary().bytes, to: "dictionary")
    try await RelayFixture.run(hosts: 2) { network in
      let places = [
        "{folder}": folder.path, "{plc}": "\(network.plc.url.origin)",
        "{sibling}": network.hosts[1].url,
      ]
      var environment = [
        "RELAY_API_BIND": "127.0.0.1:0", "RELAY_METRICS_LISTEN": "127.0.0.1:0",
        "RELAY_ADMIN_PASSWORD": TestRelay.password, "RELAY_PERSIST_DIR": "{folder}/persist",
        "DATABASE_URL": "sqlite://{folder}/relay.sqlite", "RELAY_PLC_HOST": "{plc}",
        "RELAY_ALLOW_INSECURE_HOSTS": "true", "RELAY_ACCOUNT_LIMIT_ALERT_INTERVAL": "10ms",
      ]
      environment[tested.name] = tested.value
      for (place, value) in places {
        environment = environment.mapValues { $0.replacing(place, with: value) }
      }
      var settings = RelaySettings(isDevelopment: false)
      #expect(try settings.read(environment).isEmpty)
      let configuration = try settings.finished()
      let storage = try RelayStorage.sqlite(configuration)
      defer { try? storage.close() }
      let log = CapturedLog()
      let own = RelayNetwork(configuration)
      let lookups = CountedTransport(own.trusted)
      let counted = RelayNetwork(
        guarded: own.guarded,
        trusted: own.trusted,
        identityDocuments: BaseIdentityDirectory(
          plc: PLCDirectoryClient(url: configuration.plcDirectory, transport: lookups),
          handles: HandleResolver(txt: FixedTXTResolver(), transport: own.guarded),
          transport: own.guarded
        )
      )
      try await TestRelay.run(
        configuration,
        storage: storage,
        network: counted,
        logger: log.logger
      ) { relay in
        try await tested.observe(
          Observed(network: network, relay: relay, folder: folder, log: log, lookups: lookups)
        )
      }
    }
  }

  // MARK: Observations

  @Sendable private static func fewAccountsAreInMemory(_ observed: Observed) async throws {
    let pipeline = observed.relay.server.services.work.pipeline
    try await observed.announce(20)
    _ = try await observed.relay.events(after: 0, count: 60)
    try await pipeline.writer.drain()
    try await observed.announce(20)
    _ = try await observed.relay.events(after: 60, count: 60)
    try await pipeline.writer.drain()
    #expect(pipeline.table.residentCount < 40)
  }

  private static func crawl(
    _ host: SimulatedHost,
    _ observed: Observed
  ) async throws -> HTTPTransportResponse {
    try await observed.relay.send(
      .post,
      "/xrpc/com.atproto.sync.requestCrawl",
      #"{"hostname":"\#(host.name)"}"#,
      [.contentType: "application/json"]
    )
  }

  /// Counts how many requests are under way at once.
  final class CountedTransport: HTTPTransport, Sendable {
    private let transport: any HTTPTransport
    private let counts = Mutex((active: 0, most: 0))

    init(_ transport: any HTTPTransport) {
      self.transport = transport
    }

    var most: Int { counts.withLock(\.most) }

    func send(
      _ request: HTTPRequest,
      body: [UInt8]?,
      options: TransportOptions
    ) async throws(TransportError) -> HTTPTransportResponse {
      counts.withLock { counts in
        counts.active += 1
        counts.most = max(counts.most, counts.active)
      }
      defer { counts.withLock { $0.active -= 1 } }
      return try await transport.send(request, body: body, options: options)
    }
  }

  /// How many of `count` reads run at once at most. Each waits for the others, until no more come.
  private static func mostReads(_ store: any RelayStore, of count: Int) async -> Int {
    let reads = ConcurrentReads()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask { try? await store.read { _ in reads.run() } }
      }
      _ = try? await until { reads.active == 2 }
      reads.release()
    }
    return reads.most
  }

  private final class ConcurrentReads: Sendable {
    private let counts = Mutex((active: 0, most: 0))
    private let isReleased = Atomic(false)

    var active: Int { counts.withLock(\.active) }
    var most: Int { counts.withLock(\.most) }

    func release() { isReleased.store(true, ordering: .relaxed) }

    func run() {
      counts.withLock { counts in
        counts.active += 1
        counts.most = max(counts.most, counts.active)
      }
      while !isReleased.load(ordering: .relaxed) { usleep(1000) }
      counts.withLock { $0.active -= 1 }
    }
  }
}
