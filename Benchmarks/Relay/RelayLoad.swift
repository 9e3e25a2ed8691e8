import ATProtoData
import ATProtoHTTP
import ArgumentParser
import Foundation
import HTTPTypes
import XRPCAsyncHTTPClient

/// Hosts, a relay, and consumers.
final class RelayLoad {
  /// The result of a run.
  struct Result: CustomStringConvertible {
    var name: String
    var events: Int
    var seconds: Double
    /// CPU-seconds.
    var relay: Double
    var hosts: Double
    var consumers: Double
    var latency: (median: Double, p99: Double)

    var rate: Double { Double(events) / seconds }

    var description: String {
      String(
        format: """
          %@: %.0f commits/s, %d received by each consumer, none lost; \
          CPU of the relay %.0f %% (%.0f µs each), hosts %.0f %%, consumers %.0f %%; \
          latency %.0f ms, p99 %.0f ms
          """,
        name,
        rate,
        events,
        relay / seconds * 100,
        relay / Double(events) * 1e6,
        hosts / seconds * 100,
        consumers / seconds * 100,
        latency.median,
        latency.p99
      )
    }
  }

  let relay: ServingProcess
  private let hosts: ServingProcess
  private let control: HostsControl
  private let consumers: RelayConsumers
  private let latency: LatencyReader
  private let sample: RelaySample
  private var received = 0

  init(_ sample: RelaySample, folder: String, consumers count: Int) async throws {
    self.sample = sample
    hosts = try ServingProcess([
      "relay-hosts", sample.folder, "\(sample.hosts)", "\(sample.accounts)", "\(sample.rounds)",
    ])
    control = HostsControl(port: hosts.port)
    relay = try ServingProcess(["serve-relay", folder, "--plc", "\(hosts.port)"])
    for port in try await control.ports() {
      try await HostsControl.post(
        "http://127.0.0.1:\(relay.port)/xrpc/com.atproto.sync.requestCrawl",
        ["hostname": .string("localhost:\(port)")]
      )
    }
    try await control.waitForConnections(sample.hosts)
    consumers = try RelayConsumers(relay.port, count: max(1, count - 1))
    let socket = try LoopbackSocket(port: relay.port)
    try socket.openWebSocket(RelayConsumers.firehose)
    latency = LatencyReader(socket)
  }

  /// Lets hosts send the commits of the next rounds, and waits until all consumers have them.
  ///
  /// - Parameter rounds: the number of rounds after the run, earlier ones included.
  func run(_ name: String, rounds: Int, rate: Double) async throws -> Result {
    let total = sample.accounts * rounds
    let before = (relay.usedTime, hosts.usedTime, CPUClock.now)
    latency.reset()
    let start = ContinuousClock.now
    try await control.release(rounds: rounds, rate: rate)
    try await consumers.wait(for: total)
    while latency.count < total - received { try await Task.sleep(for: .milliseconds(1)) }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    defer { received = total }
    return Result(
      name: name,
      events: total - received,
      seconds: seconds,
      relay: relay.usedTime - before.0,
      hosts: hosts.usedTime - before.1,
      consumers: CPUClock.now - before.2,
      latency: (latency.percentile(0.5), latency.percentile(0.99))
    )
  }
}

/// Consumers of a relay that count messages.
struct RelayConsumers {
  static let firehose = "/xrpc/com.atproto.sync.subscribeRepos"
  /// Without a new event for this long, events are lost.
  private static let patience = Duration.seconds(60)

  /// The server closes the connection of a client that is silent for a minute.
  private static let heartbeat = Duration.seconds(10)

  private let sockets: [LoopbackSocket]
  private let counters: FirehoseCounters

  init(_ port: UInt16, count: Int, _ target: String = firehose) throws {
    sockets = try (0..<count).map { _ in try LoopbackSocket(port: port) }
    for socket in sockets { try socket.openWebSocket(target) }
    counters = FirehoseCounters(sockets)
  }

  /// Waits until each consumer has received as many messages.
  func wait(for count: Int) async throws {
    var last = (count: 0, time: ContinuousClock.now)
    var pong = ContinuousClock.now
    while true {
      if .now - pong > Self.heartbeat {
        pong = .now
        for socket in sockets { try socket.sendPong() }
      }
      guard let messages = counters.messages else {
        throw ValidationError("the relay closed a consumer's connection")
      }
      if messages >= count { return }
      if messages > last.count { last = (messages, .now) }
      guard .now - last.time < Self.patience else {
        throw ValidationError("only \(messages) of \(count) events have arrived")
      }
      try await Task.sleep(for: .milliseconds(1))
    }
  }
}

/// Gives orders to the process with the hosts.
struct HostsControl {
  let port: UInt16

  func ports() async throws -> [Int] {
    try await get("/hosts").array?.compactMap(\.integer).map { Int($0) } ?? []
  }

  func release(rounds: Int, rate: Double) async throws {
    _ = try await get("/release?to=\(rounds)&rate=\(rate)")
  }

  func waitForConnections(_ count: Int) async throws {
    for _ in 0..<6000 {
      if try await get("/state")["connections"]?.integer.map({ Int($0) }) == count { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ValidationError("the relay did not connect to all hosts")
  }

  private func get(_ target: String) async throws -> DataValue {
    guard let url = HTTPURL("http://127.0.0.1:\(port)\(target)") else {
      throw ValidationError("'\(target)' is not a valid path")
    }
    return try await Self.send(url.request(), nil)
  }

  static func post(_ text: String, _ body: DataValue) async throws {
    guard let url = HTTPURL(text) else { throw ValidationError("'\(text)' is not a valid URL") }
    _ = try await send(url.request(.post, [.contentType: "application/json"]), body.jsonBytes())
  }

  private static func send(_ request: HTTPRequest, _ body: [UInt8]?) async throws -> DataValue {
    let response = try await AsyncHTTPClientTransport.shared.send(
      request,
      body: body,
      options: TransportOptions()
    )
    guard response.head.status == .ok else {
      throw ValidationError("unexpected status \(response.head.status.code)")
    }
    // A request to crawl has an empty response.
    return response.body.isEmpty ? [:] : try DataValue(json: response.body)
  }
}
