import ATProtoRepo
import ATProtoSyntax

// A `#sync` message moves an account to another tree without naming its collections. They are read
// from the repository when there is time: nothing waits for it, and nothing is lost if it fails
// except the correction of the index.

extension LaneTurn {
  /// After a `#sync` message with another tree.
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

/// A fetch of an account's collections, and what commits have changed since then.
struct CollectionRefresh: Sendable {
  /// The revision of the `#sync` message. An older repository does not help.
  let since: TID
  private var changes = PendingCollections()

  init(since: TID) {
    self.since = since
  }

  mutating func note(_ changes: CollectionChanges) {
    self.changes.apply(.changes(changes))
  }

  /// The collections of the account, given those of a repository that may have only some of the
  /// changes. Applying a change again does no harm, because later ones follow.
  func collections(_ fetched: Set<NSID>) -> Set<NSID> {
    fetched.union(changes.appeared).subtracting(changes.vanished)
  }
}
