import ATProtoRepo
import Testing

@testable import VerifiedSync

@Suite struct PauseTests {
  @Test func pausesDoubleUpToTheLongest() {
    let pauses = [0, 1, 2, 3, 4, 10, 11, 1_000].map { attempt in
      SyncTime.pause(500_000, 300_000_000, attempt: attempt)
    }
    #expect(
      pauses == [
        500_000, 500_000, 1_000_000, 2_000_000, 4_000_000, 256_000_000, 300_000_000, 300_000_000,
      ]
    )
    #expect(SyncTime.pause(.max, 1, attempt: 3) == 1)
  }

  @Test func reconnectionsAreSpreadAndNeverWaitLongerThanTheLongest() {
    for failures in [1, 5, 100] {
      let longest = FirehoseFollower.delay(failures, chance: 1, longest: 25_000_000)
      let shortest = FirehoseFollower.delay(failures, chance: 0, longest: 25_000_000)
      #expect(longest <= 25_000_000)
      #expect(shortest * 2 == longest)
    }
  }
}
