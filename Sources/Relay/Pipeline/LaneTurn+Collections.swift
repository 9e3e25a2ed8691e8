import ATProtoRepo
import ATProtoSyntax

// A `#sync` message moves an account to a different tree without listing its collections. They are
// read from the repository when there is time. Nothing waits for this, and if it fails, only the
// index stays incorrect.

extension LaneTurn {
  /// Reads the collections again after a `#sync` message with a different tree.
  mutating func refreshCollections(after commit: Commit) {
    guard account.row?.local == .active, let identity = account.state.account.identity else {
      return
    }
    let isRunning = account.refresh != nil
    account.refresh = CollectionRefresh(since: commit.rev)
    if !isRunning { look(up: .collections(pds: identity.pds, key: identity.signingKey)) }
  }

  mutating func refreshCollections(_ result: Result<FetchedRepository, SyncFailure>) {
    guard let refresh = account.refresh else { return }
    account.refresh = nil
    guard let row = account.row, case .success(let repository) = result,
      repository.commit.did == did, repository.commit.rev >= refresh.since
    else { return }
    append(
      LogEntry(effect: row, changes: .replacement(refresh.collections(repository.collections)))
    )
  }
}

/// A running fetch of an account's collections, and what commits have changed in the meantime.
struct CollectionRefresh: Sendable {
  /// The rev of the `#sync` message. A repository with an older rev is ignored.
  let since: TID
  private var changes = PendingCollections()

  init(since: TID) {
    self.since = since
  }

  mutating func note(_ changes: CollectionChanges) {
    self.changes.apply(.changes(changes))
  }

  /// The collections of the account, given those of a fetched repository, which may already include
  /// some of the changes. Applying a change twice is harmless, because later changes follow.
  func collections(_ fetched: Set<NSID>) -> Set<NSID> {
    fetched.union(changes.appeared).subtracting(changes.vanished)
  }
}
