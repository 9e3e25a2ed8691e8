import ATProtoHTTP
import CoreMetrics
import Logging
import ServiceKit
import Synchronization

/// The hosts of a relay: those that it crawls, and what operators have decided about them.
package final class Hosts: Sendable {
  struct State {
    var links: [HostID: HostLink] = [:]
    var ids: [String: HostID] = [:]
    /// Hosts whose rows have to be stored.
    var dirty: Set<HostID> = []
    var isCrawlEnabled: Bool
    var newHostsPerDay: Int
    var tasks: [Task<Void, Never>] = []
    var isRunning = false
    var introductions = Introductions()
  }

  private static let pageSize = 1000

  let configuration: HostsConfiguration
  let store: any RelayStore
  let calls: HostCalls
  let context: HostContext
  let counts: HostCounts
  /// Called when a host may have more accounts than before.
  let limitChanged: @Sendable (HostID) async -> Void
  let state: Mutex<State>
  /// Rows are written in the order of their changes.
  let writing = AsyncSemaphore(1)

  /// - Parameters:
  ///   - transport: see `GuardedTransport`.
  ///   - limitChanged: called with a host whose account limit was changed.
  ///   - storeProgress: stores ``progress`` at once; see ``Checkpoints``.
  ///   - submit: takes a received event; see ``RelayIntake``.
  init(
    _ configuration: HostsConfiguration,
    store: any RelayStore,
    transport: any HTTPTransport,
    counts: HostCounts,
    metrics: HostsMetrics,
    logger: Logger,
    clock: HostClock = .system,
    budget: ByteBudget = ByteBudget(),
    limitChanged: @escaping @Sendable (HostID) async -> Void,
    storeProgress: @escaping @Sendable () async throws -> Void,
    submit: @escaping @Sendable (UpstreamEvent) -> Void
  ) {
    self.configuration = configuration
    self.store = store
    self.counts = counts
    self.limitChanged = limitChanged
    calls = HostCalls(
      transport: transport,
      userAgent: RelayVersion.userAgent,
      allowsInsecureHosts: configuration.allowsInsecureHosts
    )
    context = HostContext(
      transport: transport,
      userAgent: RelayVersion.userAgent,
      clock: clock,
      metrics: metrics,
      budget: budget,
      handshakes: Handshakes(),
      submit: submit,
      storeProgress: storeProgress,
      logger: logger,
      concurrency: configuration.concurrency
    )
    state = Mutex(
      State(
        isCrawlEnabled: configuration.isCrawlEnabled,
        newHostsPerDay: configuration.newHostsPerDay
      )
    )
  }

  /// Connects to all hosts that are due, one after another, and to the others later, when they are
  /// due.
  package func start() async throws {
    var last: HostID?
    repeat {
      let after = last
      let (rows, bans) = try await store.read { transaction in
        (
          try transaction.hosts.page(after: after, limit: Self.pageSize, includesSilent: true),
          Set(try transaction.bans.all())
        )
      }
      for row in rows {
        add(
          row,
          isDomainBanned: !bans.isDisjoint(with: row.name.domains),
          // A host that was never reached has a time for the next attempt.
          wasConnected: row.cursor == nil && row.nextAttemptAt == nil
        )
      }
      last = rows.last?.id
    } while last != nil
    let links = state.withLock { state in
      state.isRunning = true
      return state.links.values.sorted { $0.id < $1.id }
    }
    let tasks = [
      Task {
        for link in links {
          link.send(.started)
          try? await Task.sleep(for: .milliseconds(1))
          if Task.isCancelled { return }
        }
      },
      Task { await self.keepUp() },
    ]
    state.withLock { $0.tasks += tasks }
  }

  /// Closes all connections. Events that were received go on through the lanes.
  package func stop() async {
    let (tasks, links) = state.withLock { state in
      state.isRunning = false
      return (state.tasks, Array(state.links.values))
    }
    for task in tasks { task.cancel() }
    await withTaskGroup { group in
      for link in links { group.addTask { await link.stop() } }
    }
    try? await storeRows()
  }

  /// Stores rows and records gauges every second.
  private func keepUp() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      do {
        try await storeRows()
      } catch {
        context.logger.error("cannot store hosts", metadata: ["error": "\(error)"])
      }
      recordGauges()
    }
  }

  private func recordGauges() {
    let links = state.withLock { Array($0.links.values) }
    let metrics = context.metrics
    metrics.connections.record(links.count { $0.isConnected })
    metrics.queuedBytes.record(context.budget.total)
    var counts: [HostStatus: Int] = [:]
    for link in links { counts[link.status, default: 0] += 1 }
    for status in HostStatus.allCases {
      metrics.status.record(status.rawValue, counts[status] ?? 0)
    }
  }

  /// How far the events of each host are finished, for checkpoints.
  package var progress: [HostCheckpoint] {
    state.withLock { Array($0.links.values) }.map(\.checkpoint)
  }

  /// Whether anyone may request crawls. Changes last until the relay restarts.
  package var isCrawlEnabled: Bool {
    get { state.withLock { $0.isCrawlEnabled } }
    set { state.withLock { $0.isCrawlEnabled = newValue } }
  }

  /// The maximum number of hosts that may be added by anyone in a day. Changes last until the relay
  /// restarts.
  package var newHostsPerDay: Int {
    get { state.withLock { $0.newHostsPerDay } }
    set { state.withLock { $0.newHostsPerDay = newValue } }
  }
}

// MARK: Rows

extension Hosts {
  /// Adds a link for a row, unless there is one.
  @discardableResult
  func add(
    _ row: HostRow,
    isDomainBanned: Bool = false,
    wasConnected: Bool = false
  ) -> HostLink {
    counts.register(
      row.id,
      name: row.name.text,
      limit: configuration.accountLimit(of: row)
    )
    return state.withLock { state in
      if let link = state.links[row.id] { return link }
      let link = HostLink(
        row,
        quotas: configuration.quotas(of: row),
        isTrusted: configuration.isTrusted(row.name) || configuration.isDevelopment,
        isDomainBanned: isDomainBanned,
        wasConnected: wasConnected,
        context
      ) { [weak self] id in
        self?.state.withLock { _ = $0.dirty.insert(id) }
      }
      state.links[row.id] = link
      state.ids[row.name.text] = row.id
      return link
    }
  }

  func link(_ name: HostName) -> HostLink? {
    state.withLock { state in state.ids[name.text].flatMap { state.links[$0] } }
  }

  /// Stores the rows that have changed.
  func storeRows() async throws {
    try await writing.run {
      let links = state.withLock { state in
        defer { state.dirty = [] }
        return state.dirty.compactMap { state.links[$0] }
      }
      guard !links.isEmpty else { return }
      let rows = links.map(\.row)
      do {
        try await store.write { transaction in
          for row in rows { try transaction.hosts.update(row) }
        }
      } catch {
        state.withLock { $0.dirty.formUnion(rows.map(\.id)) }
        throw error
      }
    }
  }
}

// MARK: Views

extension Hosts {
  /// A host at this moment; nil if it is unknown.
  package func view(of name: HostName) async throws -> HostView? {
    link(name).map(view)
  }

  /// A page of hosts in the order in which they were added.
  ///
  /// - Parameter includesSilent: whether hosts that have never sent an event are included.
  package func page(
    after id: HostID?,
    limit: Int,
    includesSilent: Bool
  ) async throws -> [HostView] {
    let links = state.withLock { state in
      state.links.values.filter { link in id.map { link.id > $0 } ?? true }
    }
    var views: [HostView] = []
    for link in links.sorted(by: { $0.id < $1.id }) {
      guard views.count < limit else { break }
      let view = view(link)
      if includesSilent || view.row.cursor != nil { views.append(view) }
    }
    return views
  }

  /// The names of hosts that are connected.
  package var connected: [HostName] {
    state.withLock { Array($0.links.values) }
      .filter(\.isConnected).sorted { $0.id < $1.id }.map(\.name)
  }

  private func view(_ link: HostLink) -> HostView {
    link.view(accountLimit: configuration.accountLimit(of: link.row))
  }
}
