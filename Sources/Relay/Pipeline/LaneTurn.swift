import ATProtoCrypto
import ATProtoRepo
import ATProtoSyntax

/// What an account needs to find out.
enum Lookup: Sendable {
  case identity(isRefresh: Bool, host: String)
  case hostStatus(pds: String)
  case repository(pds: String, key: PublicKey)
  case collections(pds: String, key: PublicKey)
}

/// One input of an account, and everything that follows from it: entries for the writer, in order,
/// and lookups.
struct LaneTurn {
  var account: ActiveAccount
  let now: SyncTime
  let context: LaneContext
  private(set) var entries: [LogEntry] = []
  private(set) var lookups: [Lookup] = []
  private(set) var wakeUps: [SyncTime] = []
  /// The row at the beginning.
  private let before: AccountRow?
  /// The row in the last entry.
  private var submitted: AccountRow?
  private let refreshedAt: SyncTime

  init(_ account: ActiveAccount, _ now: SyncTime, _ context: LaneContext) {
    self.account = account
    self.now = now
    self.context = context
    before = account.row
    submitted = account.row
    refreshedAt = account.state.account.refreshedAt
  }

  var did: DID { account.state.account.did }

  /// Whether the account was not known before.
  var isNew: Bool { before == nil && account.row != nil }

  /// Whether the account has to be stored. A row that changed and changed back also has entries.
  var isDirty: Bool? { entries.contains { $0.effect != nil } ? true : nil }

  /// What to keep in memory, or nil if nothing has changed.
  var changedRow: KnownRow? {
    guard let row = account.row else { return nil }
    let refreshed = account.state.account.refreshedAt
    guard row != before || refreshed != refreshedAt || isDirty == true else { return nil }
    return KnownRow(row: row, refreshedAt: refreshed)
  }

  /// Marks the last entry with a row as the end of a change.
  mutating func mark(_ generation: UInt64) {
    guard let last = entries.lastIndex(where: { $0.effect != nil }) else { return }
    entries[last].generation = generation
  }

  // MARK: Inputs

  mutating func receive(_ event: UpstreamEvent, id: UInt64) {
    account.host = event.hostName.text
    if account.row?.host != event.host {
      context.counts.note(event.hostName.text, of: event.host)
    }
    if let reason = account.row?.local.refusal, event.event.content.isData {
      return refuse(event, SyncRejection(reason, "the relay does not serve the account"))
    }
    if !event.event.content.isMalformed, !relaxesTime, !event.hasValidTime {
      return refuse(event, SyncRejection(.malformed, "'time' is not a valid datetime"))
    }
    account.events[id] = event
    let input = SyncInput(
      id: id,
      host: event.hostName.text,
      content: event.event.content,
      size: event.event.frame?.count ?? 0
    )
    carryOut(account.state.receive(input, at: now))
  }

  /// Whether events with a malformed `time` are accepted.
  var relaxesTime: Bool { context.policy.verifier.relaxations.contains(.malformedTime) }

  mutating func wake() {
    carryOut(account.state.wake(at: now))
  }

  mutating func take(_ input: LaneInput) {
    switch input {
    case .event: break
    case .identity(let result): take(result)
    case .hostStatus(let result): carryOut(account.state.hostStatusFetched(result, at: now))
    case .repository(let result):
      let collections = try? result.get().collections
      carryOut(
        account.state.repositoryFetched(result.map(\.commit), at: now),
        collections: collections
      )
    case .collections(let result): refreshCollections(result)
    case .resume: wake()
    case .decision(let status, let done): decide(status, done)
    case .admission(let done): admit(done)
    }
  }

  /// A `did:web` whose server does not answer is given up after a while, because only its owner can
  /// repair it. The PLC directory will come back.
  private mutating func take(_ result: Result<ResolvedIdentity, SyncFailure>) {
    var result = result
    switch result {
    case .failure(let failure) where failure.kind == .temporary:
      account.failedLookups += 1
      if account.failedLookups >= Self.maximumFailedLookups, did.method == "web",
        account.state.account.identity == nil
      {
        result = .failure(SyncFailure(.notFound, failure.reason))
      }
    case .success, .failure: account.failedLookups = 0
    }
    let handle = (try? result.get())?.handle
    carryOut(
      account.state.identityResolved(result.map(\.identity), claims: handle, at: now)
    )
  }

  private static let maximumFailedLookups = 6

  /// Parks what still waits, and sends changes that only the store needs to the store.
  mutating func end() {
    // A slow PLC directory, or a slow server of a did:web, must not close the window of a host.
    for event in account.events.values { event.ticket.park() }
    guard let row = account.row, row != submitted else { return }
    append(LogEntry(effect: row))
  }

  // MARK: Results

  mutating func append(_ entry: LogEntry) {
    if let effect = entry.effect { submitted = effect }
    if entry.kind != nil, entry.ticket != nil { context.metrics.validation.passed() }
    entries.append(entry)
  }

  mutating func refuse(_ event: UpstreamEvent, _ rejection: SyncRejection) {
    append(context.refusal(of: event, rejection))
  }

  mutating func look(up lookup: Lookup) {
    switch lookup {
    case .identity: context.metrics.validation.deferred(for: .identity)
    case .hostStatus: context.metrics.validation.deferred(for: .hostStatus)
    case .repository: context.metrics.validation.deferred(for: .repository)
    case .collections: break
    }
    lookups.append(lookup)
  }

  mutating func wake(at time: SyncTime) {
    wakeUps.append(time)
  }

  /// Announces the status of the account.
  mutating func announce(
    _ row: AccountRow,
    for event: UpstreamEvent? = nil,
    done: (@Sendable (Int?) -> Void)? = nil
  ) {
    let time = event?.event.time ?? ""
    append(
      LogEntry(
        kind: .account,
        frame: .account(
          did: row.did.string,
          status: row.visible,
          time: time.isEmpty ? now.datetime : time
        ),
        effect: row,
        ticket: event?.ticket,
        done: done
      )
    )
  }
}

extension LaneContext {
  /// The entry that finishes an event without passing it on.
  func refusal(
    of event: UpstreamEvent,
    _ rejection: SyncRejection,
    effect: AccountRow? = nil
  ) -> LogEntry {
    metrics.validation.rejected(rejection.reason)
    // The operator's own decisions would push out all others.
    if rejection.reason != .takendown, rejection.reason != .throttled {
      droppedEvents.note(
        rejection,
        of: event.event.content,
        did: event.event.did,
        host: event.hostName.text,
        at: now()
      )
    }
    return LogEntry(effect: effect, ticket: event.ticket, outcome: .rejected(rejection.reason))
  }
}

extension LocalStatus {
  /// Why events of the account are not passed on.
  var refusal: SyncRejection.Reason? {
    switch self {
    case .active: nil
    case .takendown: .takendown
    case .hostThrottled: .throttled
    }
  }
}

extension FirehoseEvent.Content {
  /// Whether the event is about the repository.
  var isData: Bool {
    switch self {
    case .commit, .sync: true
    default: false
    }
  }

  fileprivate var isMalformed: Bool {
    if case .malformed = self { true } else { false }
  }
}
