import ATProtoSyntax

struct MemorySubjectStatuses: SubjectStatusStore {
  let transaction: MemoryLabelerTransaction

  private var all: [SubjectStatus] {
    transaction.state.moderation.statuses.values.sorted { $0.id < $1.id }
  }

  func status(_ subject: SubjectKey) -> SubjectStatus? {
    transaction.state.moderation.statuses[subject]
  }

  func save(_ status: SubjectStatus, replacing previous: SubjectStatus?) throws -> SubjectStatus {
    try transaction.changeModeration { state in
      var status = status
      status.id = previous?.id ?? state.statuses.count + 1
      state.statuses[status.subject.key] = status
      return status
    }
  }

  func page(_ filter: StatusFilter, after: StatusPosition?, at now: Int) throws -> StatusPage {
    let order = filter.order
    let positions = all.map { (position: order.position(of: $0), status: $0) }
      .sorted { order.isBehind($1.position, $0.position) }
    var collector = PageCollector<SubjectStatus, StatusPosition>(limit: order.limit)
    for (position, status) in positions {
      if let after, !order.isBehind(position, after) { continue }
      let goesOn = collector.examine(at: position) {
        matches(status, filter, at: now) ? status : nil
      }
      guard goesOn else { break }
    }
    return StatusPage(statuses: collector.items, next: collector.next)
  }

  private func matches(_ status: SubjectStatus, _ filter: StatusFilter, at now: Int) -> Bool {
    filter.matchesFields(status, at: now) && filter.matchesTags(status)
      && (!filter.minimums.needTally
        || filter.minimums.match(tally(of: status.subject.did.string)))
  }

  func pending(of did: String, limit: Int) -> [SubjectStatus] {
    Array(
      all.filter { $0.subject.did.string == did && $0.review.state.isPending }
        .sorted { $0.subject.key.record < $1.subject.key.record }.prefix(limit)
    )
  }

  func suspended(until now: Int, limit: Int) -> [SubjectStatus] {
    let ended = all.filter { status in status.takedown?.until.map { $0 <= now } == true }
    return Array(ended.sorted { $0.endOfSuspension < $1.endOfSuspension }.prefix(limit))
  }

  func tagged(until now: Int, limit: Int) -> [SubjectStatus] {
    Array(
      all.filter { status in
        status.tags.contains { tag in tag.expiresAt.map { $0 <= now } == true }
      }.prefix(limit)
    )
  }

  func count(_ state: SubjectStatus.ReviewState, upTo limit: Int) -> Int {
    min(limit, transaction.state.moderation.statuses.values.count { $0.review.state == state })
  }

  func tally(of did: String) -> AccountTally {
    transaction.state.moderation.tallies[did] ?? AccountTally()
  }

  func setTally(_ tally: AccountTally, of did: String) throws {
    try transaction.changeModeration { $0.tallies[did] = tally }
  }
}

extension SubjectStatus {
  fileprivate var endOfSuspension: Int { takedown?.until ?? .max }
}
