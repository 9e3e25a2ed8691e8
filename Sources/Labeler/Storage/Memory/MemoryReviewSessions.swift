struct MemoryReviewSessions: ReviewSessionStore {
  let transaction: MemoryLabelerTransaction

  func insert(_ session: ReviewSession, hash: [UInt8]) throws {
    try transaction.change { $0.reviewSessions[hash] = session }
  }

  func session(_ hash: [UInt8]) -> ReviewSession? { transaction.state.reviewSessions[hash] }

  func remove(_ hash: [UInt8]) throws {
    try transaction.change { $0.reviewSessions[hash] = nil }
  }

  func removeExpired(at now: Int) throws {
    try transaction.change { state in
      state.reviewSessions = state.reviewSessions.filter { $0.value.expiresAt > now }
    }
  }
}
