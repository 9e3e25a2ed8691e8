import ATProtoSyntax

struct MemoryTakedowns: TakedownReading, TakedownWriting {
  let transaction: MemoryIndexTransaction

  func takedown(of subject: String) -> String? { transaction.state.takedowns[subject] }

  func takedowns(
    after subject: String?,
    limit: Int
  ) -> [(subject: String, reference: String)] {
    let later = transaction.state.takedowns.filter { row in subject.map { $0 < row.key } ?? true }
    return later.sorted { $0.key < $1.key }.prefix(limit).map {
      (subject: $0.key, reference: $0.value)
    }
  }

  func setTakedown(of subject: String, reference: String?) throws {
    try transaction.change { $0.takedowns[subject] = reference }
  }
}

struct MemoryViewers: ViewerReading, ViewerWriting {
  let transaction: MemoryIndexTransaction

  func muted(by viewer: DID, among dids: [DID]) -> Set<DID> {
    let mutes = transaction.state.mutes[viewer] ?? [:]
    return Set(dids.filter { mutes[$0] != nil })
  }

  func mutes(of viewer: DID, before position: Int64?, limit: Int) -> IndexPage<Mute, Int64> {
    let earlier = (transaction.state.mutes[viewer] ?? [:]).filter { mute in
      position.map { mute.value < $0 } ?? true
    }.sorted { $0.value > $1.value }
    let page = earlier.prefix(limit)
    return IndexPage(
      page.map { Mute(did: $0.key, position: $0.value) },
      next: earlier.count > limit ? page.last?.value : nil
    )
  }

  func seenAt(of viewer: DID) -> Int64? { transaction.state.seenAt[viewer] }

  func setMuted(_ did: DID, by viewer: DID, _ isMuted: Bool) throws {
    try transaction.change { state in
      guard isMuted else {
        state.mutes[viewer]?[did] = nil
        return
      }
      guard state.mutes[viewer]?[did] == nil else { return }
      state.lastMute += 1
      state.mutes[viewer, default: [:]][did] = state.lastMute
    }
  }

  func setSeenAt(_ time: Int64, of viewer: DID) throws {
    try transaction.change { $0.seenAt[viewer] = time }
  }
}
