import ATProtoHTTP
import ATProtoRepo
import Logging
import MetricsTestKit
import RelayTestSupport
import Synchronization
import XRPCAsyncHTTPClient

@testable import Relay

/// The part of a relay that receives events, with a clock of its own. Events are finished when they
/// arrive, unless the test holds them.
final class HostsFixture: Sendable {
  /// An event that has arrived.
  struct Arrival: Hashable, Sendable {
    let host: String
    let sequence: Int
  }

  private struct State {
    var arrivals: [Arrival] = []
    var held: [EventTicket] = []
    var isHolding = false
  }

  /// Finishes what has arrived.
  private final class Receiver: Sendable {
    let state = Mutex(State())

    func receive(_ event: UpstreamEvent) {
      let isHeld = state.withLock { state in
        let sequence = event.ticket.sequence
        state.arrivals.append(Arrival(host: event.hostName.text, sequence: sequence))
        if state.isHolding { state.held.append(event.ticket) }
        return state.isHolding
      }
      if !isHeld { event.ticket.finish(.accepted(sequence: 1)) }
    }
  }

  let store: MemoryRelayStore
  let clock: ManualClock
  let metrics = TestMetrics()
  let hosts: Hosts
  private let receiver: Receiver

  init(
    _ configuration: HostsConfiguration = HostsConfiguration(
      allowsInsecureHosts: true,
      eventsPerSecond: 5000,
      isDevelopment: true
    ),
    store: MemoryRelayStore = MemoryRelayStore(),
    clock: ManualClock = ManualClock(),
    transport: any HTTPTransport = GuardedTransport(policy: .development),
    budget: ByteBudget = ByteBudget(),
    storeProgress: @escaping @Sendable () async throws -> Void = {}
  ) {
    let receiver = Receiver()
    self.store = store
    self.clock = clock
    self.receiver = receiver
    hosts = Hosts(
      configuration,
      store: store,
      transport: transport,
      counts: HostCounts(defaultLimit: configuration.defaultAccountLimit),
      metrics: RelayMetrics(metrics).hosts,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      clock: clock.clock,
      budget: budget,
      limitChanged: { _ in },
      storeProgress: storeProgress,
      submit: { receiver.receive($0) }
    )
  }

  /// Starts the hosts, and stops them after `body`.
  func run<Value: Sendable>(_ body: (HostsFixture) async throws -> Value) async throws -> Value {
    try await hosts.start()
    let result: Result<Value, any Error>
    do {
      result = .success(try await body(self))
    } catch {
      result = .failure(error)
    }
    await hosts.stop()
    release()
    return try result.get()
  }

  /// Has a host crawled, and waits for the connection.
  func crawl(_ host: SimulatedHost, isAdministrator: Bool = false) async throws {
    let count = host.cursors.count
    _ = try await hosts.requestCrawl(host.name, isAdministrator: isAdministrator)
    guard host.connectionCount == 0 else { return }
    guard try await until({ host.cursors.count > count }) else { throw Timeout() }
    _ = try await until { try await self.view(host).isConnected }
  }

  struct Timeout: Error {}

  func view(_ host: SimulatedHost) async throws -> HostView {
    let name = try HostName(host.name, allowsLocal: true)
    guard let view = try await hosts.view(of: name) else { throw Timeout() }
    return view
  }

  func status(_ host: SimulatedHost) async throws -> HostStatus {
    try await view(host).row.status
  }

  /// The numbers of a host's events that have arrived, in order.
  func arrived(from host: SimulatedHost) -> [Int] {
    receiver.state.withLock { state in
      state.arrivals.filter { $0.host == host.name }.map(\.sequence)
    }
  }

  /// Whether events are kept unfinished.
  var isHolding: Bool {
    get { receiver.state.withLock { $0.isHolding } }
    set { receiver.state.withLock { $0.isHolding = newValue } }
  }

  /// The events that are kept.
  var held: [EventTicket] { receiver.state.withLock { $0.held } }

  /// Finishes the events that are kept.
  func release() {
    let held = receiver.state.withLock { state in
      defer { state.held = [] }
      return state.held
    }
    for ticket in held { ticket.finish(.accepted(sequence: 1)) }
  }

  /// Moves the clock to the next alarm that is at least a second away, which is the next attempt to
  /// connect, and lets it happen.
  func waitForAttempt() async throws {
    let isScheduled = try await until {
      self.clock.alarms.contains { $0 > self.clock.now }
    }
    guard isScheduled, let next = clock.alarms.first(where: { $0 > clock.now }) else {
      throw Timeout()
    }
    clock.advance(to: next)
  }

  /// Lets attempts to connect to a host fail until it counts as offline.
  func waitUntilOffline(_ host: SimulatedHost) async throws {
    for _ in 0..<100 {
      if try await status(host) == .offline { return }
      try await waitForAttempt()
    }
    throw Timeout()
  }

  /// The warnings about a host of one kind.
  func warnings(_ host: SimulatedHost, _ kind: String) -> Int {
    let counter = try? metrics.expectCounter(
      "events_warn_counter",
      [("pds", host.name), ("warn", kind)]
    )
    return Int(counter?.totalValue ?? 0)
  }

  /// The ends of connections for one reason.
  func disconnects(_ reason: String) -> Int {
    let counter = try? metrics.expectCounter(
      "relay_upstream_disconnects_total",
      [("reason", reason)]
    )
    return Int(counter?.totalValue ?? 0)
  }
}
