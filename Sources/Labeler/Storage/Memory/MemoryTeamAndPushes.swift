import ATProtoSyntax

struct MemoryMembers: MemberStore {
  let transaction: MemoryLabelerTransaction

  func member(_ did: String) -> Member? { transaction.state.moderation.members[did] }

  func save(_ member: Member) throws {
    try transaction.changeModeration { $0.members[member.did.string] = member }
  }

  func remove(_ did: String) throws {
    try transaction.changeModeration { $0.members[did] = nil }
  }

  func page(_ filter: MemberFilter, after did: String?, limit: Int) -> [Member] {
    Array(
      transaction.state.moderation.members.values
        .filter { $0.did.string > did ?? "" && filter.matches($0) }
        .sorted { $0.did.string < $1.did.string }
        .prefix(limit)
    )
  }
}

struct MemoryPushes: PushStore {
  let transaction: MemoryLabelerTransaction

  func save(_ row: PushRow) throws {
    try transaction.changeModeration { state in
      state.pushes[.init(target: row.target, subject: row.subject)] = row
    }
  }

  func row(_ target: PushTarget.Kind, _ subject: PushSubject) -> PushRow? {
    transaction.state.moderation.pushes[.init(target: target, subject: subject)]
  }

  func rows(of uri: String) -> [PushRow] {
    transaction.state.moderation.pushes.values
      .filter { $0.subject.text == uri || $0.subject.text.hasPrefix(uri + " ") }
      .sorted { ($0.target.rawValue, $0.subject.text) < ($1.target.rawValue, $1.subject.text) }
  }

  func due(of targets: [PushTarget.Kind], at now: Int, limit: Int) -> [PushRow] {
    let share = max(1, limit / max(1, targets.count))
    let due = targets.flatMap { target in
      waiting([target]).filter { $0.at <= now }
        .sorted { ($0.at, $0.row.subject.text) < ($1.at, $1.row.subject.text) }
        .prefix(share)
    }
    return due.sorted { ($0.at, $0.row.subject.text) < ($1.at, $1.row.subject.text) }
      .prefix(limit).map(\.row)
  }

  func nextDue(of targets: [PushTarget.Kind]) -> Int? { waiting(targets).map(\.at).min() }

  private func waiting(_ targets: [PushTarget.Kind]) -> [(at: Int, row: PushRow)] {
    transaction.state.moderation.pushes.values.compactMap { row in
      guard targets.contains(row.target), let at = row.dueAt else { return nil }
      return (at, row)
    }
  }

  func waitingCount(_ target: PushTarget.Kind) -> Int {
    transaction.state.moderation.pushes.values.count { $0.target == target && $0.dueAt != nil }
  }
}

struct MemorySubjectRecords: SubjectRecordStore {
  let transaction: MemoryLabelerTransaction

  func record(_ uri: String, cid: String?) -> SubjectRecord? {
    let versions = transaction.state.moderation.records[uri] ?? []
    guard let cid else { return versions.last }
    return versions.first { $0.cid == cid }
  }

  func save(_ record: SubjectRecord) throws {
    try transaction.changeModeration { state in
      state.records[record.uri, default: []].removeAll { $0.cid == record.cid }
      state.records[record.uri, default: []].append(record)
      let excess = state.records[record.uri, default: []].count - SubjectRecord.maximumVersions
      if excess > 0 { state.records[record.uri]?.removeFirst(excess) }
    }
  }
}
