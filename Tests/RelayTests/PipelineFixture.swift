import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import ServiceKit
import Synchronization
import Testing
import XRPCServer

@testable import Relay

/// The part of a relay between hosts and consumers, without sockets: events go in, frames come out.
final class PipelineFixture: Sendable {
  static let host = TestHost(1, "one.example.com")
  static let other = TestHost(2, "two.example.com")

  let store: MemoryRelayStore
  let log: MemoryRelayLog
  let lookups = ScriptedLookups()
  let clock: TestClock
  let table: AccountTable
  let counts: HostCounts
  let checkpoints: Checkpoints
  let writer: LogWriter
  let intake: RelayIntake
  let accounts: Accounts
  let registry = PrometheusRegistry()
  private let sequence = Atomic(0)

  /// - Parameters:
  ///   - limit: the accounts that each host may have.
  ///   - store: where another fixture has stored its accounts.
  init(
    limit: Int = 100,
    lanes: Int = 2,
    capacity: CacheCapacity = .entries(1000),
    policy: SyncPolicy = .relay,
    store: MemoryRelayStore = MemoryRelayStore(),
    log: MemoryRelayLog = MemoryRelayLog()
  ) async throws {
    self.store = store
    self.log = log
    clock = TestClock()
    let recovery = try await Recovery(RelayStorage(store: store, log: log))
    let metrics = RelayMetrics(registry)
    table = AccountTable(
      lanes: lanes,
      capacity: capacity,
      store: store,
      nextID: recovery.nextAccountID
    )
    counts = HostCounts(defaultLimit: limit)
    checkpoints = Checkpoints(store: store, appliedSequence: recovery.appliedSequence)
    checkpoints.setWritten { [table] rows in table.stored(rows) }
    let served = ServedLog(log, replayWindow: .seconds(3600), takedowns: checkpoints.takedowns)
    writer = LogWriter(
      log,
      checkpoints,
      EventBroadcast(log: served, startingAfter: recovery.numbers.sequence - 1),
      numbers: recovery.numbers,
      metrics: metrics
    )
    intake = RelayIntake(
      table,
      counts: counts,
      store: store,
      writer: writer,
      lookups: lookups,
      droppedEvents: DroppedEvents(),
      metrics: metrics,
      policy: policy,
      now: { [clock] in clock.now }
    )
    accounts = Accounts(
      table,
      intake: intake,
      store: store,
      writer: writer,
      checkpoints: checkpoints
    )
    try await intake.start()
  }

  /// Creates an account whose PDS is a host. The directory knows it.
  func makeAccount(
    on host: TestHost = PipelineFixture.host,
    did: DID? = nil,
    curve: Curve = .k256
  ) -> SimulatedAccount {
    let account = SimulatedAccount(
      did: did,
      handle: did == nil ? nil : "alice.example.com",
      pds: "https://\(host.name)",
      curve: curve,
      writes: [SimulatedAccount.create("app.example.first", 0)],
      start: clock.now - 60_000_000
    )
    lookups.add(account)
    return account
  }

  /// Gives an event to the relay.
  @discardableResult
  func submit(
    _ content: FirehoseEvent.Content,
    from host: TestHost = PipelineFixture.host,
    time: String = SimulatedFrame.time
  ) -> PendingEvent {
    let number = sequence.add(1, ordering: .relaxed).newValue
    let frame = SimulatedFrame.event(content, sequence: number, time: time)
    let event = try! FirehoseEvent(frame: frame)
    let pending = PendingEvent()
    let ticket = EventTicket(host: host.id, sequence: number, size: 0) { _, change in
      switch change {
      case .finished(let outcome): pending.finish(outcome)
      case .parked: pending.park()
      case .charged: break
      }
    }
    intake.submit(
      UpstreamEvent(
        event: event,
        host: host.id,
        hostName: HostName(checked: host.name, usesTLS: true),
        ticket: ticket
      )
    )
    return pending
  }

  /// Gives an event to the relay, and waits until it is finished.
  func send(
    _ content: FirehoseEvent.Content,
    from host: TestHost = PipelineFixture.host,
    time: String = SimulatedFrame.time
  ) async -> String {
    await submit(content, from: host, time: time).outcome
  }

  /// Moves the clock, and wakes accounts that are due.
  func advance(by seconds: SyncTime) {
    clock.advance(by: seconds * 1_000_000)
    intake.wake()
  }

  /// What consumers have received, in words: `commit`, `account takendown`, ….
  func output(of account: SimulatedAccount? = nil) -> [String] {
    frames.filter { account == nil || $0.did == account!.did.string }.map(\.text)
  }

  /// What consumers have received.
  var frames: [FirehoseEvent] {
    log.records(after: 0, maximumBytes: .max).map { try! FirehoseEvent(frame: $0.frame) }
  }

  func row(of account: SimulatedAccount) async throws -> AccountRow? {
    try await table.row(of: account.did)
  }

  func stop() async throws {
    await intake.stop()
    try await writer.drain()
  }
}

/// A host by ID and name.
struct TestHost: Sendable {
  let id: HostID
  let name: String

  init(_ id: UInt32, _ name: String) {
    self.id = HostID(rawValue: id)
    self.name = name
  }
}

/// An event on its way through the relay.
final class PendingEvent: Sendable {
  private let outcomes: AsyncStream<EventOutcome>
  private let continuation: AsyncStream<EventOutcome>.Continuation
  private let last = Mutex<String?>(nil)
  private let parked = Atomic(false)

  init() {
    (outcomes, continuation) = AsyncStream.makeStream()
  }

  func finish(_ outcome: EventOutcome) {
    let text =
      switch outcome {
      case .accepted: "accepted"
      case .rejected(let reason): reason.rawValue
      case .abandoned: "abandoned"
      }
    last.withLock { last in
      #expect(last == nil, "an event is finished once")
      last = text
    }
    continuation.yield(outcome)
    continuation.finish()
  }

  func park() { parked.store(true, ordering: .relaxed) }

  var isParked: Bool { parked.load(ordering: .relaxed) }

  /// Nil while the event waits.
  var result: String? { last.withLock { $0 } }

  /// `accepted`, the reason of a rejection, or `abandoned`; `lost` if none comes.
  var outcome: String {
    get async {
      if let result { return result }
      try? await limited { [outcomes] in
        for await _ in outcomes { break }
      }
      return result ?? "lost"
    }
  }
}

/// A clock that stands still.
final class TestClock: Sendable {
  /// A whole second, like the times in the table of accounts.
  private let time = Mutex(SimulatedAccount.now / 1_000_000 * 1_000_000)

  var now: SyncTime { time.withLock { $0 } }

  func advance(by microseconds: SyncTime) { time.withLock { $0 += microseconds } }
}

extension FirehoseEvent {
  fileprivate var text: String {
    switch content {
    case .commit: "commit"
    case .sync: "sync"
    case .identity(let message): "identity \(message.handle == nil ? "-" : "handle")"
    case .account(let message): "account \(message.status ?? (message.isActive ? "active" : "?"))"
    default: "unknown"
    }
  }
}
