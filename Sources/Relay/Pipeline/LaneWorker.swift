import ATProtoRepo
import ATProtoSyntax

/// The accounts of a lane that have something to decide, and those that are being loaded.
struct LaneWorker: Sendable {
  /// The number of unknown accounts that each lane remembers.
  private static let maximumUnknown = 8192

  private let number: Int
  private let context: LaneContext
  /// Sends a message to the lane itself, from any thread.
  var send: @Sendable (LaneMessage) -> Void = { _ in }
  private(set) var wakeUps = WakeUps()
  private var active: [DID: ActiveAccount] = [:]
  /// What waits until the store has been read.
  private var loading: [DID: [LaneInput]] = [:]
  /// Accounts to read at the end of the batch.
  private var missing: [DID] = []
  private var unknown = UnknownAccounts(capacity: Self.maximumUnknown)
  private var lastID: UInt64 = 0
  private var isStopped = false

  init(_ number: Int, _ context: LaneContext) {
    self.number = number
    self.context = context
  }

  mutating func take(_ event: UpstreamEvent) {
    if isStopped { return context.abandon(event) }
    let start = ContinuousClock.now
    if let did = try? DID(event.event.did) {
      take(did, .event(event))
    } else {
      let rejection = SyncRejection(.malformed, "the DID of the event is not valid")
      context.writer.submit(context.refusal(of: event, rejection))
    }
    event.ticket.charge(nanoseconds: (ContinuousClock.now - start).nanoseconds)
  }

  mutating func take(_ message: LaneMessage) {
    switch message {
    case .account(let did, let input): take(did, input)
    case .loaded(let rows, let dids):
      for did in dids { takeLoaded(did, rows[did]) }
    case .notLoaded(let dids):
      missing += dids.filter { loading[$0] != nil }
    case .stop: stop()
    }
  }

  /// Continues accounts that are due.
  mutating func wake() {
    let now = context.now()
    while let did = wakeUps.next(at: now) {
      guard let account = active.removeValue(forKey: did) else { continue }
      var turn = LaneTurn(account, now, context)
      turn.wake()
      finish(turn)
    }
  }

  /// Reads the accounts that are missing, all at once.
  mutating func endBatch() {
    guard !missing.isEmpty else { return }
    let dids = missing
    missing = []
    Task { [send, table = context.table] in
      do {
        send(.loaded(try await table.storedRows(of: dids), requested: dids))
      } catch {
        try? await Task.sleep(for: .seconds(1))
        send(.notLoaded(dids))
      }
    }
  }

  // MARK: Accounts

  private mutating func take(_ did: DID, _ input: LaneInput) {
    if isStopped { return context.abandon(input) }
    if loading[did] != nil {
      loading[did]?.append(input)
    } else if let account = active.removeValue(forKey: did) {
      decide(account, input)
    } else if input.isAnswer {
      // The account no longer waits for it.
    } else if let known = context.table.withShard(number, { $0.account(did) }) {
      decide(ActiveAccount(known, policy: context.policy), input)
    } else if let account = unknown[did] {
      decide(ActiveAccount(unknown: account, policy: context.policy), input)
    } else if context.table.isComplete(number) {
      decide(ActiveAccount(unknown: SyncAccount(did: did), policy: context.policy), input)
    } else {
      loading[did] = [input]
      missing.append(did)
    }
  }

  private mutating func takeLoaded(_ did: DID, _ row: AccountRow?) {
    guard let inputs = loading.removeValue(forKey: did) else { return }
    if let row {
      let known = KnownRow(row: row, refreshedAt: 0)
      _ = context.table.withShard(number) { $0.put(known, isDirty: false) }
    } else {
      // Later inputs need not read the store again.
      unknown.insert(SyncAccount(did: did))
    }
    for input in inputs { take(did, input) }
  }

  private mutating func decide(_ account: ActiveAccount, _ input: LaneInput) {
    var turn = LaneTurn(account, context.now(), context)
    if case .event(let event) = input {
      lastID += 1
      turn.receive(event, id: lastID)
    } else {
      turn.take(input)
    }
    finish(turn)
  }

  /// Keeps the account before others see the change: a row must not be stored before it is here.
  private mutating func finish(_ finished: consuming LaneTurn) {
    var turn = finished
    turn.end()
    let did = turn.did
    if let known = turn.changedRow {
      let isDirty = turn.isDirty
      let generation = context.table.withShard(number) { $0.put(known, isDirty: isDirty) }
      if let generation { turn.mark(generation) }
    }
    for entry in turn.entries { context.writer.submit(entry) }
    for time in turn.wakeUps { wakeUps.insert(did, at: time) }
    for lookup in turn.lookups { start(lookup, of: did) }
    if !turn.account.isIdle {
      active[did] = turn.account
    } else if turn.account.row == nil {
      unknown.insert(turn.account.state.account)
    }
    if turn.isNew { unknown.remove(did) }
  }

  private func start(_ lookup: Lookup, of did: DID) {
    Task { [send, lookups = context.lookups, metrics = context.metrics.validation] in
      switch lookup {
      case .identity(let isRefresh, let host):
        let result = await lookups.identity(of: did, isRefresh: isRefresh, for: host)
        metrics.lookedUp(ValidationMetrics.Outcome(result))
        send(.account(did, .identity(result)))
      case .hostStatus(let pds):
        send(.account(did, .hostStatus(await lookups.hostStatus(of: did, at: pds))))
      case .repository(let pds, let key):
        let result = await lookups.repository(of: did, at: pds, signedBy: key)
        metrics.resynchronized(ValidationMetrics.Outcome(result))
        send(.account(did, .repository(result)))
      case .collections(let pds, let key):
        let result = await lookups.collections(of: did, at: pds, signedBy: key)
        send(.account(did, .collections(result)))
      }
    }
  }

  // MARK: The end

  private mutating func stop() {
    isStopped = true
    for account in active.values {
      for event in account.events.values { context.abandon(event) }
    }
    for input in loading.values.joined() { context.abandon(input) }
    active = [:]
    loading = [:]
    missing = []
    wakeUps = WakeUps()
  }
}

extension LaneInput {
  /// Whether only an account that waits needs it.
  fileprivate var isAnswer: Bool {
    switch self {
    case .identity, .hostStatus, .repository, .collections: true
    case .event, .resume, .decision, .admission: false
    }
  }
}

extension LaneContext {
  /// Abandons an event: the host's cursor stays before it.
  fileprivate func abandon(_ event: UpstreamEvent) {
    writer.submit(LogEntry(ticket: event.ticket, outcome: .abandoned))
  }

  fileprivate func abandon(_ input: LaneInput) {
    switch input {
    case .event(let event): abandon(event)
    case .decision(_, let done): done(.stopped)
    case .admission(let done): done()
    case .identity, .hostStatus, .repository, .collections, .resume: break
    }
  }
}

extension ValidationMetrics.Outcome {
  fileprivate init<Value>(_ result: Result<Value, SyncFailure>) {
    switch result {
    case .success: self = .succeeded
    case .failure(let failure):
      switch failure.kind {
      case .temporary: self = .temporary
      case .notFound: self = .notFound
      case .tombstoned: self = .tombstoned
      case .invalid: self = .invalid
      }
    }
  }
}

extension Duration {
  fileprivate var nanoseconds: Int {
    Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
  }
}
