import ATProtoRepo

/// An account with events that are being verified or are waiting.
struct ActiveAccount {
  var state: SyncState
  /// The row as it was submitted to the writer last, or nil if no event has been accepted.
  var row: AccountRow?
  /// The status at the host and the phase, after the actions that have been carried out.
  var upstream: HostedStatus
  var phase: SyncPhase
  /// Events that the state has not decided, by their IDs.
  var events: [UInt64: UpstreamEvent] = [:]
  /// The host whose event came last.
  var host: String?
  /// Lookups of the identity that have failed temporarily, one after another.
  var failedLookups = 0
  /// Set while the collections are being fetched.
  var refresh: CollectionRefresh?

  /// Whether nothing is waiting or expected, so that only the row has to be kept.
  var isIdle: Bool { state.isIdle && refresh == nil }

  init(_ known: KnownRow, policy: SyncPolicy) {
    state = SyncState(SyncAccount(known), policy: policy)
    row = known.row
    upstream = known.row.upstream
    phase = known.row.phase
  }

  init(unknown account: SyncAccount, policy: SyncPolicy) {
    state = SyncState(account, policy: policy)
    upstream = account.upstream
    phase = account.phase
  }
}

extension SyncAccount {
  init(_ known: KnownRow) {
    let row = known.row
    var head: KnownAccount.Head?
    if let rev = row.rev, let data = row.data { head = KnownAccount.Head(rev: rev, data: data) }
    self.init(
      did: row.did,
      identity: row.identity,
      head: head,
      commit: row.commit,
      phase: row.phase,
      upstream: row.upstream,
      refreshedAt: known.refreshedAt
    )
  }
}

extension AccountRow {
  /// Takes over the state of a repository.
  mutating func adopt(_ commit: Commit) {
    rev = commit.rev
    data = commit.data
    self.commit = commit.cid
  }
}
