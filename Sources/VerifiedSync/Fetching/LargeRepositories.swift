import ATProtoRepo
import Synchronization

/// Lets one large repository be in memory at once: the paths and CIDs of millions of records take
/// gigabytes, and anybody can make such a repository.
///
/// The others do not wait, which would keep small ones from being fetched: they are tried again later.
final class LargeRepositories: Sendable {
  /// The most records of a repository of which any number are fetched at once.
  private static let maximumSmall = 100_000

  private let isBusy = Atomic<Bool>(false)

  /// The fetch of one repository.
  final class Turn: Sendable {
    private let all: LargeRepositories
    private let isTaken = Atomic<Bool>(false)

    init(_ all: LargeRepositories) {
      self.all = all
    }

    /// Throws ``SyncFailure`` if the repository is large, and another one is being fetched.
    func check(_ records: Int) throws(SyncFailure) {
      guard records > LargeRepositories.maximumSmall, !isTaken.load(ordering: .relaxed) else {
        return
      }
      guard !all.isBusy.exchange(true, ordering: .acquiringAndReleasing) else {
        throw SyncFailure(.temporary, "another large repository is being fetched")
      }
      isTaken.store(true, ordering: .relaxed)
    }

    func end() {
      guard isTaken.exchange(false, ordering: .relaxed) else { return }
      all.isBusy.store(false, ordering: .releasing)
    }
  }
}
