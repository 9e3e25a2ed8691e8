import ATProtoRepo
import CoreMetrics
import HTTPTypes
import RelayTestSupport
import ServiceKit
import Testing
import XRPC

@testable import Relay
@testable import XRPCServer

/// Metrics as monitors of the reference relays read them.
@Suite struct RelayMetricsTests {
  /// The names of the reference relays, and of this one, whose labels are known at the start.
  private static let names = [
    "relay_new_users_discovered", "relay_connected_inbound",
    "indigo_repo_stream_events_received_total", "indigo_repo_stream_bytes_total",
    "indigo_events_enqueued_for_broadcast_total", "indigo_events_broadcast_total",
    "disk_persister_current_seq", "disk_persister_garbage_collections_started",
    "disk_persister_garbage_collections_completed", "relay_frames_emitted_total",
    "relay_frames_dropped_total", "relay_subscriber_count", "relay_subscriber_lag_events",
    "relay_subscriber_lag_seconds", "relay_validator_published_total",
    "relay_validator_dropped_total", "relay_crawl_requests_refused_total",
    "relay_upstream_events_total", "relay_upstream_disconnects_total",
    "relay_validator_rejected_total", "relay_validator_passed_with_warning_total",
    "relay_validator_deferred_total", "relay_firehose_head_seq", "relay_queue_depth_bytes",
    "relay_identity_lookups_total", "relay_resyncs_total", "relay_host_status",
    "relay_accounts_resident", "events_sent_counter",
  ]

  private static let perHost = [
    "events_received_counter", "events_handle_duration", "repo_commits_received_counter",
    "repo_sync_received_counter",
  ]

  private static var registry: PrometheusRegistry {
    PrometheusRegistry(timersWithoutSuffix: RelayMetrics.timersWithoutSuffix)
  }

  @Test func namesAreThoseOfTheReferenceRelays() {
    let registry = Self.registry
    let metrics = RelayMetrics(registry)
    let host = metrics.hosts.host("pds.example.com")
    host.warn("missingPrevData")
    let text = registry.text()
    for name in Self.names { #expect(text.contains("# TYPE \(name) "), "\(name)") }
    for name in Self.perHost { #expect(text.contains("# TYPE \(name) "), "\(name)") }
    #expect(
      text.contains(#"events_warn_counter{pds="pds.example.com",warn="missingPrevData"} 1"#)
    )
  }

  @Test func hostsBeyondTheBoundAreCountedTogether() {
    let registry = PrometheusRegistry(maximumSeries: 10)
    let metrics = RelayMetrics(registry)
    for number in 0..<100 { metrics.hosts.host("\(number).example.com").events.increment() }
    let lines = registry.text().split(separator: "\n").filter {
      $0.hasPrefix("events_received_counter{")
    }
    #expect(lines.count <= 11)
    #expect(lines.contains { $0.contains(#"pds="other""#) })
  }

  /// What the relay counts is in `ValidationTests` and `HostileHostTests`.
  @Test func everyReasonHasACounter() {
    let registry = PrometheusRegistry()
    let metrics = RelayMetrics(registry)
    for reason in SyncRejection.Reason.allCases { metrics.validation.rejected(reason) }
    let text = registry.text()
    for reason in SyncRejection.Reason.allCases {
      let label = #"{reason="\#(reason.rawValue)"} 1"#
      #expect(text.contains("relay_validator_rejected_total\(label)"))
      #expect(text.contains("relay_frames_dropped_total\(label)"))
    }
  }

  @Test func refusalsOfEventsThatMayBeValidAreCountedAsDropped() {
    let registry = Self.registry
    let metrics = RelayMetrics(registry)
    for reason in SyncRejection.Reason.allCases { metrics.validation.rejected(reason) }
    let lines = registry.text().split(separator: "\n").filter {
      $0.hasPrefix("relay_validator_dropped_total") && $0.hasSuffix(" 1")
    }
    let expected = ["desynchronized", "duplicate", "queueFull", "takendown", "throttled"]
    #expect(lines.sorted() == expected.map { #"relay_validator_dropped_total{reason="\#($0)"} 1"# })
  }

  /// A consumer that reads nothing falls behind in events and in time.
  @Test func lagIsThatOfTheSlowestConsumer() async throws {
    let log = MemoryRelayLog()
    for sequence in 1...5 {
      try log.append([
        LogRecord(
          sequence: sequence,
          microseconds: UInt64(sequence) * 2_000_000,
          kind: .account,
          account: AccountID(rawValue: 1),
          host: HostID(rawValue: 1),
          frame: [1]
        )
      ])
    }
    let registry = Self.registry
    let metrics = RelayMetrics(registry).output
    let consumers = ConsumerList()
    let streams = StreamRegistry()
    consumers.read(streams)
    func lag(_ head: Int) async throws -> [String] {
      try await consumers.measure(metrics, log, head: head)
      return registry.text().split(separator: "\n").map(String.init).filter {
        $0.hasPrefix("relay_subscriber_lag")
      }
    }
    let path = "/xrpc/com.atproto.sync.subscribeRepos"
    let entries = (0..<3).map { _ in
      streams.open(
        RouteRequest(
          head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path),
          requestID: ""
        )
      )
    }
    // The third has not received anything yet.
    entries[0].reached(2)
    entries[1].reached(5)
    let lines = try await lag(5)
    #expect(lines.first == "relay_subscriber_lag_events 3")
    let seconds = lines.last?.split(separator: " ").last.flatMap { Double($0) } ?? 0
    #expect(seconds >= 4 && seconds < 4.1)
    entries[0].reached(5)
    #expect(
      try await lag(5) == ["relay_subscriber_lag_events 0", "relay_subscriber_lag_seconds 0"]
    )
  }

  @Test func eventsAreCountedOnTheirWay() async throws {
    try await RelayFixture.run { network in
      var configuration = TestRelay.configuration(network.plc)
      configuration.metricsAddress = .anyPort
      try await TestRelay.run(configuration) { relay in
        try await relay.connect(network.host)
        network.host.announce(network.makeAccount())
        _ = try await relay.events(after: 0, count: 3)
        let registry = try #require(relay.server.metrics).registry
        let name = network.host.name
        for line in [
          #"events_received_counter{pds="\#(name)"} 3"#,
          #"repo_commits_received_counter{pds="\#(name)"} 1"#,
          "relay_upstream_events_total 3", "relay_frames_emitted_total 3",
          "indigo_events_broadcast_total 3", "relay_firehose_head_seq 3",
          "disk_persister_current_seq 3", "relay_new_users_discovered 1",
          "relay_validator_published_total 3",
          #"events_handle_duration_count{pds="\#(name)"} 0"#,
        ] {
          #expect(try await until { registry.text().contains("\n\(line)\n") }, "\(line)")
        }
        #expect(!registry.text().contains("127.0.0.1"), "labels hold no IP addresses")
        let services = relay.server.services
        // The consumer has disconnected, which the relay notices in a moment.
        let isMeasured = try await until {
          let log = services.storage.log
          try await services.consumers.measure(services.metrics.output, log, head: 5)
          return registry.text().contains("\nrelay_subscriber_count 0\n")
        }
        #expect(isMeasured)
        #expect(registry.text().contains("\nevents_sent_counter 3\n"))
      }
    }
  }
}

extension PrometheusRegistry {
  /// The counters of a name by their only label, except for those that are 0.
  func counts(_ name: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for line in text().split(separator: "\n") where line.hasPrefix(name + "{") {
      let parts = line.split(separator: "\"")
      guard parts.count == 3, let count = Int(parts[2].drop { !$0.isNumber }), count > 0 else {
        continue
      }
      counts[String(parts[1])] = count
    }
    return counts
  }
}
