import Testing
import VerifiedSync

@Suite struct RepositoryPhaseTests {
  @Test func phasesHaveTheNamesThatClientsKnow() {
    #expect(
      RepositoryPhase.allCases.map(\.rawValue) == [
        "pending", "desynchronized", "resyncing", "active", "takendown", "suspended",
        "deactivated", "error",
      ]
    )
  }
}
