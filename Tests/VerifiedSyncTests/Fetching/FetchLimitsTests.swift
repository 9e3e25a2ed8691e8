import ATProtoRepo
import Testing
import XRPCClient

@testable import VerifiedSync

@Suite struct FetchLimitsTests {
  /// One place for each of two PDSs.
  private static func limits(_ clock: any SyncClock) throws -> FetchLimits {
    let relay = try #require(ServiceEndpoint("https://relay.example.com"))
    var configuration = SyncConfiguration(relay: relay, boundary: .network)
    configuration.resyncParallelism = 2
    return FetchLimits(configuration, clock)
  }

  @Test func fetchThatWaitsForASlowPDSMakesRoomForOthers() async throws {
    let clock = TestSyncClock()
    let limits = try Self.limits(clock)
    #expect(await limits.enter("slow") == .entered)
    let start = clock.now
    async let waiting = limits.enter("slow")
    await clock.settle()
    #expect(await limits.enter("other") == .entered)
    clock.advance(to: start + FetchLimits.patience)
    #expect(await waiting == .crowded(until: start + 2 * FetchLimits.patience))
    await limits.leave("slow", .works)
    #expect(await limits.enter("slow") == .entered)
  }

  @Test func fetchThatWaitsTakesThePlaceOfAnother() async throws {
    let limits = try Self.limits(TestSyncClock())
    #expect(await limits.enter("pds") == .entered)
    async let waiting = limits.enter("pds")
    await limits.leave("pds", .works)
    #expect(await waiting == .entered)
  }
}
