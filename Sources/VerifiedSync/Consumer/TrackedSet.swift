import ATProtoSyntax
import Synchronization

/// The repositories that are tracked. If all of the network are, none is remembered here.
///
/// Only a hash of each DID is kept, seeded for this process, so that DIDs cannot be chosen to
/// collide.
final class TrackedSet: Sendable {
  let isEverything: Bool
  private let hashes = Mutex<Set<Int>>([])

  init(_ boundary: SyncBoundary) {
    isEverything = boundary == .network
  }

  /// Whether a repository is tracked or may be.
  func contains(_ did: DID) -> Bool {
    isEverything || hashes.withLock { $0.contains(did.hashValue) }
  }

  /// Returns false if the repository was tracked already.
  @discardableResult
  func insert(_ did: DID) -> Bool {
    isEverything || hashes.withLock { $0.insert(did.hashValue).inserted }
  }

  func remove(_ did: DID) {
    _ = hashes.withLock { $0.remove(did.hashValue) }
  }

  /// Loads what a store has.
  func load(_ store: any SyncStore) async throws {
    guard !isEverything else { return }
    var last: DID?
    while true {
      let page = try await store.repositories(after: last, limit: 1_000)
      guard let end = page.last else { return }
      hashes.withLock { $0.formUnion(page.map(\.did.hashValue)) }
      last = end.did
    }
  }
}
