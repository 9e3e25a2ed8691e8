import ATProtoSyntax

/// Checks all repositories, because the relay no longer has the events after the saved position, or
/// because no position was saved.
///
/// They are marked in the store, one page at a time, and fetched in turn by ``FetchSchedule``.
/// Repositories that have not changed yield no events. The stream is not read in the meantime, and
/// the position does not advance until all repositories are marked, so that a crash does not lose
/// marks.
struct MissedEvents {
  private static let page = 1_000

  private let follower: FirehoseFollower

  init(_ follower: FirehoseFollower) {
    self.follower = follower
  }

  func check() async {
    // Sequence numbers of events are never negative.
    let marks = follower.groups.indices.map { -1 - $0 }
    for mark in marks { follower.progress.begin(mark) }
    await sendChecks()
    guard !Task.isCancelled else { return }
    for (group, mark) in zip(follower.groups, marks) { group.inbox.send(.mark(mark)) }
  }

  private func sendChecks() async {
    let environment = follower.environment
    var last: DID?
    while true {
      let start = last
      let page = try? await environment.persistently { [store = environment.store] in
        try await store.repositories(after: start, limit: Self.page)
      }
      guard let page, let end = page.last else { return }
      for repository in page where repository.phase == .active {
        await follower.group(of: repository.did).inbox.sendInTurn(.check(repository.did))
      }
      last = end.did
    }
  }
}
