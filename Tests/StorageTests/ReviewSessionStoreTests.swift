import ATProtoSyntax
import Labeler
import Testing

@Suite struct ReviewSessionStoreTests {
  private static let session = ReviewSession(
    did: "did:web:alice.example.com",
    createdAt: 1_000,
    expiresAt: 2_000
  )

  @Test(arguments: LabelerBackend.allCases)
  func sessionIsFoundByItsHashUntilItIsRemoved(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let hash = Array(repeating: UInt8(7), count: 32)
      try await store.write { try $0.reviewSessions.insert(Self.session, hash: hash) }
      try await store.read { transaction throws in
        #expect(try transaction.reviewSessions.session(hash) == Self.session)
        #expect(try transaction.reviewSessions.session([7]) == nil)
      }
      try await store.write { try $0.reviewSessions.remove(hash) }
      #expect(try await store.read { try $0.reviewSessions.session(hash) } == nil)
      // Logging out twice is not an error.
      try await store.write { try $0.reviewSessions.remove(hash) }
    }
  }

  @Test(arguments: LabelerBackend.allCases)
  func onlyExpiredSessionsAreRemoved(_ backend: LabelerBackend) async throws {
    try await backend.withStore { store in
      let later = ReviewSession(did: Self.session.did, createdAt: 1_000, expiresAt: 2_001)
      try await store.write { transaction throws in
        try transaction.reviewSessions.insert(Self.session, hash: [1])
        try transaction.reviewSessions.insert(later, hash: [2])
        try transaction.reviewSessions.removeExpired(at: 2_000)
      }
      try await store.read { transaction throws in
        #expect(try transaction.reviewSessions.session([1]) == nil)
        #expect(try transaction.reviewSessions.session([2]) == later)
      }
    }
  }
}
