import ATProtoRepo
package import ATProtoSyntax
package import VerifiedSync

struct MemoryAccounts: AccountReading {
  let transaction: MemoryIndexTransaction

  private var state: MemoryIndexState { transaction.state }

  func account(_ did: DID) -> IndexedAccount? {
    let state = state
    return state.repositories[did].map {
      IndexedAccount($0, isTakenDown: state.takedowns[did.string] != nil)
    }
  }

  func accounts(_ dids: [DID]) -> [DID: IndexedAccount] {
    dids.reduce(into: [:]) { $0[$1] = account($1) }
  }

  func visibleCount(_ dids: [DID]) -> Int {
    accounts(dids).values.count(where: \.isVisible)
  }

  func account(handle: Handle) -> IndexedAccount? {
    guard handle.isConfirmable else { return nil }
    // At most one account has a handle, unless the identity of one of them is out of date.
    let found = state.repositories.values.filter { $0.handle?.normalized == handle.normalized }
    func checkedAt(_ repository: TrackedRepository) -> Int64 {
      repository.identity.map { Int64(clamping: $0.checkedAt) } ?? -1
    }
    return found.min { left, right in
      (checkedAt(right), left.did.string) < (checkedAt(left), right.did.string)
    }.flatMap { account($0.did) }
  }

  func accounts(handlePrefix: String, after handle: String?, limit: Int) -> [IndexedAccount] {
    let prefix = handlePrefix.lowercased()
    let found = state.repositories.keys.compactMap(account).filter { account in
      guard account.isVisible, let name = account.handle?.normalized.string else { return false }
      return name.utf8.starts(with: prefix.utf8) && handle.map { $0 < name } ?? true
    }
    return Array(
      found.sorted { left, right in
        (left.handle?.normalized.string ?? "", left.did.string)
          < (right.handle?.normalized.string ?? "", right.did.string)
      }.prefix(limit)
    )
  }

  func collections(of did: DID) -> [NSID] {
    state.records.filter { $0.value[did] != nil }.keys.sorted { $0.string < $1.string }
  }
}

extension Handle {
  /// Whether an account can have the handle: `handle.invalid` stands for none.
  package var isConfirmable: Bool { normalized != .invalid }
}

extension IndexedAccount {
  /// The account of a repository.
  package init(_ repository: TrackedRepository, isTakenDown: Bool) {
    let visibility: Visibility =
      if isTakenDown {
        .takenDown
      } else if repository.status.isActive {
        .visible
      } else {
        .inactive(repository.status.status ?? "inactive")
      }
    self.init(
      did: repository.did,
      handle: repository.handle.flatMap { $0.isConfirmable ? $0 : nil },
      visibility: visibility,
      rev: repository.head?.rev,
      pds: repository.identity?.pds
    )
  }
}
