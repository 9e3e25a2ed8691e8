package import ATProtoData
package import ATProtoRepo
package import ATProtoSyntax

/// The relay's own decision about an account. No host can change it.
package enum LocalStatus: UInt8, Sendable {
  case active = 0
  case takendown = 1
  /// The host has more accounts than its limit allows.
  case hostThrottled = 2
}

/// What a relay keeps about an account: a whole row, as a checkpoint writes it and as recovery
/// applies it.
package struct AccountRow: Hashable, Sendable {
  package var id: AccountID
  package var did: DID
  package var host: HostID
  package var local: LocalStatus
  package var upstream: HostedStatus
  package var phase: SyncPhase
  package var rev: TID?
  /// The root of the tree.
  package var data: CID?
  package var commit: CID?
  package var identity: SyncIdentity?

  package init(
    id: AccountID,
    did: DID,
    host: HostID,
    local: LocalStatus = .active,
    upstream: HostedStatus = .active,
    phase: SyncPhase = .synchronized,
    rev: TID? = nil,
    data: CID? = nil,
    commit: CID? = nil,
    identity: SyncIdentity? = nil
  ) {
    self.id = id
    self.did = did
    self.host = host
    self.local = local
    self.upstream = upstream
    self.phase = phase
    self.rev = rev
    self.data = data
    self.commit = commit
    self.identity = identity
  }

  /// The status that everyone sees, in every answer and event. The relay's own decisions come
  /// first, then what the host reports. An account whose repository could not be fetched after its
  /// chain broke is active but desynchronized.
  package var visible: HostedStatus {
    switch local {
    case .takendown: .inactive("takendown")
    case .hostThrottled: .inactive("throttled")
    case .active:
      if upstream.isActive && phase == .desynchronized {
        HostedStatus(isActive: true, status: "desynchronized")
      } else {
        upstream
      }
    }
  }
}
