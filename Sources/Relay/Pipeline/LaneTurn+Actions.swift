import ATProtoRepo
import ATProtoSyntax
import CoreMetrics

// The actions of the account's state. Each entry has the row as it is after that action, and not
// after later ones, because the log may end between them.

extension LaneTurn {
  mutating func carryOut(_ actions: [SyncAction], collections: Set<NSID>? = nil) {
    account.row?.identity = account.state.account.identity
    for action in actions {
      switch action {
      case .accept(let id, let outcome):
        guard let event = account.events.removeValue(forKey: id) else { continue }
        accept(event, outcome)
      case .reject(let id, let rejection):
        guard let event = account.events.removeValue(forKey: id) else { continue }
        refuse(event, rejection)
      case .adopted(let commit): adopt(commit, collections)
      case .statusFound(let status): find(status)
      case .moved(_, let pds): move(to: pds)
      case .phaseChanged(let phase): change(to: phase)
      case .wake(let time): wake(at: time)
      case .resolveIdentity, .fetchHostStatus, .fetchRepository: ask(action)
      }
    }
  }

  private mutating func ask(_ action: SyncAction) {
    let identity = account.state.account.identity
    switch action {
    case .resolveIdentity(let isRefresh):
      look(up: .identity(isRefresh: isRefresh, host: account.host ?? identity?.pds ?? ""))
    case .fetchHostStatus:
      guard let identity else { return }
      look(up: .hostStatus(pds: identity.pds))
    case .fetchRepository:
      guard let identity else { return }
      look(up: .repository(pds: identity.pds, key: identity.signingKey))
    default: break
    }
  }

  // MARK: Accepted events

  private mutating func accept(_ event: UpstreamEvent, _ outcome: SyncOutcome) {
    if account.row == nil, context.counts.isFull(event.host) {
      let detail = "the host has far more accounts than its limit"
      return refuse(event, SyncRejection(.throttled, detail))
    }
    if relaxesTime, !event.hasValidTime {
      context.metrics.validation.passed(despite: .malformedTime)
    }
    switch outcome {
    case .commit(let verified): accept(event, verified)
    case .sync(let verified):
      var row = row(for: event)
      row.adopt(verified.commit)
      acceptData(event, LogEntry(kind: .sync, frame: event.event.frame, effect: settle(row, event)))
      if verified.requiresResynchronization { refreshCollections(after: verified.commit) }
    case .identity(let handle): accept(event, handle: handle)
    case .account(let status): accept(event, status)
    }
  }

  private mutating func accept(_ event: UpstreamEvent, _ verified: VerifiedCommit) {
    for relaxation in verified.warnings { context.metrics.validation.passed(despite: relaxation) }
    var row = row(for: event)
    row.adopt(verified.commit)
    var collections = CollectionBloom()
    for operation in verified.operations { collections.insert(operation.path.collection) }
    // A tree that could not be checked does not tell which collections appear.
    let changes = try? verified.collectionChanges()
    if let changes { account.refresh?.note(changes) }
    acceptData(
      event,
      LogEntry(
        kind: .commit,
        frame: event.event.frame,
        operationCount: verified.operations.count,
        collections: collections,
        effect: settle(row, event),
        changes: changes.flatMap { $0.isEmpty ? nil : .changes($0) }
      )
    )
  }

  /// Passes data on, unless the account is not served.
  private mutating func acceptData(_ event: UpstreamEvent, _ entry: LogEntry) {
    if let row = entry.effect, let reason = row.local.refusal {
      let rejection = SyncRejection(reason, "the relay does not serve the account")
      return append(context.refusal(of: event, rejection, effect: row))
    }
    var entry = entry
    entry.ticket = event.ticket
    append(entry)
  }

  private mutating func accept(_ event: UpstreamEvent, handle: String?) {
    let row = settle(row(for: event), event)
    guard row.local != .hostThrottled, case .identity(let message) = event.event.content else {
      let rejection = SyncRejection(.throttled, "the host has reached its account limit")
      return append(context.refusal(of: event, rejection, effect: row))
    }
    let frame: UnnumberedFrame? =
      message.handle == handle
      ? event.event.frame
      : .identity(did: did.string, handle: handle, time: event.event.time)
    append(LogEntry(kind: .identity, frame: frame, effect: row, ticket: event.ticket))
  }

  private mutating func accept(_ event: UpstreamEvent, _ status: HostedStatus) {
    let visible = account.row?.visible
    account.upstream = status
    var row = row(for: event)
    row.upstream = status
    row = settle(row, event)
    // Consumers do not know accounts that are beyond the limit from the beginning.
    if row.local == .hostThrottled, visible == nil || visible == row.visible {
      let rejection = SyncRejection(.throttled, "the host has reached its account limit")
      return append(context.refusal(of: event, rejection, effect: row))
    }
    announce(row, for: event)
  }

  // MARK: Rows

  /// The row of the account, which is new if this is the first event that is accepted.
  private func row(for event: UpstreamEvent) -> AccountRow {
    account.row ?? newRow(on: event.host)
  }

  private func newRow(on host: HostID) -> AccountRow {
    let known = account.state.account
    return AccountRow(
      id: context.table.newID(),
      did: known.did,
      host: host,
      // As they are after the actions so far, and not after all of them.
      upstream: account.upstream,
      phase: account.phase,
      identity: known.identity
    )
  }

  /// Keeps a row that has changed, on the host that speaks for the account.
  private mutating func settle(_ row: AccountRow, _ event: UpstreamEvent) -> AccountRow {
    var row = row
    // An `#identity` event of another host may be accepted too.
    if event.hostName.text == account.state.account.identity?.pds { row.host = event.host }
    if account.row == nil { context.metrics.hosts.newAccounts.increment() }
    return keep(row)
  }

  /// Keeps a row that has changed, and counts it on its host.
  mutating func keep(_ changed: AccountRow) -> AccountRow {
    var row = changed
    if let host = context.counts.settle(&row, from: account.row) {
      context.counts.readmissions.note(host)
    }
    account.row = row
    return row
  }

  // MARK: Findings of the state

  private mutating func adopt(_ commit: Commit, _ collections: Set<NSID>?) {
    var row: AccountRow
    if let known = account.row {
      row = known
    } else {
      guard let pds = account.state.account.identity?.pds,
        let host = context.counts.host(named: pds)
      else { return }
      row = newRow(on: host)
    }
    row.adopt(commit)
    row = keep(row)
    // These collections are newer.
    if collections != nil { account.refresh = nil }
    let isServed = row.local == .active && row.upstream.isActive
    append(
      LogEntry(
        kind: isServed ? .sync : nil,
        frame: isServed ? .sync(commit, time: now.datetime) : nil,
        effect: row,
        changes: collections.map { .replacement($0) }
      )
    )
  }

  private mutating func find(_ status: HostedStatus) {
    account.upstream = status
    guard var row = account.row else { return }
    row.upstream = status
    announceIfVisible(row)
  }

  private mutating func move(to pds: String) {
    guard var row = account.row, let host = context.counts.host(named: pds) else { return }
    row.host = host
    announceIfVisible(row)
  }

  private mutating func change(to phase: SyncPhase) {
    account.phase = phase
    guard var row = account.row else { return }
    row.phase = phase
    announceIfVisible(row)
  }

  /// Keeps a row, and announces its status if everyone sees another one now.
  private mutating func announceIfVisible(_ row: AccountRow) {
    let visible = account.row?.visible
    let row = keep(row)
    if row.visible != visible { announce(row) }
  }
}
