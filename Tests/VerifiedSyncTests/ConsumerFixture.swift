import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Synchronization
import Testing
import XRPCAsyncHTTPClient
import XRPCClient

@testable import VerifiedSync

/// A consumer of a simulated host, which serves as the relay too.
struct ConsumerFixture: Sendable {
  let network: RelayFixture
  let consumer: SyncConsumer
  let store: any SyncStore
  let identities: BaseIdentityDirectory
  let notices: Notices

  var host: SimulatedHost { network.host }

  /// What a consumer reports.
  final class Notices: Sendable {
    private let all = Mutex<[String]>([])

    func note(_ notice: SyncNotice) { all.withLock { $0.append("\(notice)") } }

    var list: [String] { all.withLock { $0 } }

    func contains(_ text: String) -> Bool { list.contains { $0.contains(text) } }
  }

  /// Runs a consumer while `body` runs.
  static func run<Value: Sendable>(
    on network: RelayFixture,
    store: any SyncStore = MemorySyncStore(),
    boundary: SyncBoundary = .repositories([]),
    clock: any SyncClock = SystemSyncClock(),
    configure: (inout SyncConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (ConsumerFixture) async throws -> Value
  ) async throws -> Value {
    let relay = try #require(ServiceEndpoint(network.host.url))
    var configuration = SyncConfiguration(relay: relay, boundary: boundary)
    configuration.allowsLoopback = true
    configuration.cursorSaveInterval = .milliseconds(20)
    configuration.resyncInterval = .zero
    configure(&configuration)
    let transport = AsyncHTTPClientTransport.shared
    let notices = Notices()
    let identities = BaseIdentityDirectory(
      plc: PLCDirectoryClient(url: network.plc.url, transport: transport),
      handles: HandleResolver(txt: FixedTXTResolver(), transport: transport),
      transport: transport,
      known: { handle throws(IdentityError) in
        throw IdentityError(.notFound, "\(handle) does not exist")
      }
    )
    let consumer = SyncConsumer(
      configuration,
      store: store,
      transport: transport,
      identities: identities,
      clock: clock,
      observer: { notices.note($0) }
    )
    let fixture = ConsumerFixture(
      network: network,
      consumer: consumer,
      store: store,
      identities: identities,
      notices: notices
    )
    return try await withThrowingTaskGroup(of: Value?.self) { tasks in
      tasks.addTask {
        try await consumer.run()
        return nil
      }
      // Events before the connection are history.
      _ = try await until { notices.contains("connected") }
      tasks.addTask { try await body(fixture) }
      defer { tasks.cancelAll() }
      while let value = try await tasks.next() {
        if let value { return value }
      }
      throw CancellationError()
    }
  }

  /// The next events, acknowledged.
  func events(_ count: Int) async throws -> [SyncEvent] {
    try await limited { [consumer] in
      var events: [SyncEvent] = []
      for try await delivery in consumer.deliveries {
        events.append(delivery.event)
        delivery.acknowledge()
        if events.count == count { break }
      }
      return events
    }
  }

  /// The next events as short texts: `create app.example.post/r1`, `identity active`.
  func summaries(_ count: Int) async throws -> [String] {
    try await events(count).map(\.summary)
  }

  func phase(_ account: SimulatedAccount) async throws -> RepositoryPhase? {
    try await consumer.repository(account.did)?.phase
  }
}

extension SyncEvent {
  var summary: String {
    switch kind {
    case .record(let change):
      "\(change.isLive ? "live " : "")\(change.action) \(change.collection)/\(change.recordKey)"
    case .identity(let change): "identity \(change.status)"
    }
  }
}
