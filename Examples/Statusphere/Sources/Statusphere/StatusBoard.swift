import ATProtoSyntax

/// The latest statuses, in memory.
actor StatusBoard {
  struct Entry: Sendable {
    let uri: String
    let author: DID
    let record: XyzStatusphere.Status
  }

  /// The newest one first.
  private(set) var latest: [Entry] = []

  private static let maximumCount = 50

  /// Adds a status. One that is there already, with the same URI, is replaced.
  func add(_ entry: Entry) {
    if let index = latest.firstIndex(where: { $0.uri == entry.uri }) {
      latest[index] = entry
    } else {
      latest.insert(entry, at: 0)
      latest.removeLast(max(0, latest.count - Self.maximumCount))
    }
  }

  func remove(_ uri: String) {
    latest.removeAll { $0.uri == uri }
  }

  /// Removes the statuses of an account that is deleted, taken down or deactivated.
  func removeAll(by author: DID) {
    latest.removeAll { $0.author == author }
  }
}
