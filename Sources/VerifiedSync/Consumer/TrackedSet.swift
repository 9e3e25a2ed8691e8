import ATProtoSyntax
import Synchronization

/// The repositories that are tracked. If all of the network are, none is remembered here.
final class TrackedSet: Sendable {
  private let isEverything: Bool
  private let dids = Mutex<Set<DID>>([])

  init(_ boundary: SyncBoundary) {
    isEverything = boundary == .network
  }

  /// Whether a repository is tracked or may be.
  func contains(_ did: DID) -> Bool {
    isEverything || dids.withLock { $0.contains(did) }
  }

  /// Returns false if the repository was tracked already.
  @discardableResult
  func insert(_ did: DID) -> Bool {
    isEverything || dids.withLock { $0.insert(did).inserted }
  }

  func remove(_ did: DID) {
    _ = dids.withLock { $0.remove(did) }
  }

  /// Loads what a store has.
  func load(_ store: any SyncStore) async throws {
    guard !isEverything else { return }
    var last: DID?
    while true {
      let page = try await store.repositories(after: last, limit: 1_000)
      guard let end = page.last else { return }
      dids.withLock { $0.formUnion(page.map(\.did)) }
      last = end.did
    }
  }
}
