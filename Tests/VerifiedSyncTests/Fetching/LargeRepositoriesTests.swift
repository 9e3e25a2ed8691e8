import ATProtoRepo
import Testing

@testable import VerifiedSync

@Suite struct LargeRepositoriesTests {
  @Test func oneLargeRepositoryIsFetchedAtOnce() throws {
    let all = LargeRepositories()
    let (first, second) = (LargeRepositories.Turn(all), LargeRepositories.Turn(all))
    try first.check(100_001)
    try first.check(5_000_000)
    try second.check(100_000)
    #expect(throws: SyncFailure.self) { try second.check(100_001) }
    // One that had no turn does not end that of another.
    second.end()
    #expect(throws: SyncFailure.self) { try second.check(100_001) }
    first.end()
    try second.check(100_001)
  }
}
