import ATProtoSyntax

/// The newest revision of each repository that was seen, for a bounded number of repositories.
///
/// They are kept in two generations. When the young one is full, it becomes the old one, and old
/// ones that have not been seen again are dropped.
struct NewestRevisions {
  private let generationSize: Int
  private var young: [DID: TID] = [:]
  private var old: [DID: TID] = [:]

  /// - Parameter capacity: the most repositories, at least 2.
  init(capacity: Int = 10_000) {
    generationSize = max(1, capacity / 2)
  }

  var count: Int { young.count + old.count }

  /// Takes note of a revision. Returns false if a newer one was seen before.
  mutating func see(_ rev: TID, of did: DID) -> Bool {
    let newest = young[did] ?? old[did]
    let isStale = newest.map { rev < $0 } ?? false
    old[did] = nil
    if young[did] == nil, young.count >= generationSize {
      old = young
      young = [:]
    }
    young[did] = isStale ? newest : rev
    return !isStale
  }
}
