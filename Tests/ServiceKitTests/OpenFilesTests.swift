import ServiceKit
import Testing

@Suite struct OpenFilesTests {
  @Test(arguments: [
    (nil, 10_000), (1 << 16, 10_000), (10_256, 10_000), (10_255, 9_999), (1_024, 768), (200, 150),
    (1, 1),
  ])
  func connectionsLeaveDescriptorsForFiles(_ limit: Int?, _ connections: Int) {
    #expect(OpenFiles.connections(10_000, of: limit) == connections)
  }

  @Test func raisingTheLimitIsIdempotentAndDoesNotLowerIt() throws {
    let before = try #require(OpenFiles.limit)
    OpenFiles.raiseLimit()
    let after = try #require(OpenFiles.limit)
    #expect(after >= before)
    // A second call changes nothing.
    OpenFiles.raiseLimit()
    #expect(OpenFiles.limit == after)
  }
}
