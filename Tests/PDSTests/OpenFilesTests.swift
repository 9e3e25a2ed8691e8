import Testing

@testable import PDS

@Suite struct OpenFilesTests {
  @Test(arguments: [
    (nil, 10_000), (1 << 16, 10_000), (10_256, 10_000), (10_255, 9_999), (1_024, 768), (200, 150),
    (1, 1),
  ])
  func descriptorsAreLeftForFiles(_ limit: Int?, _ connections: Int) {
    #expect(OpenFiles.connections(10_000, of: limit) == connections)
  }

  @Test func limitIsRaised() throws {
    let before = try #require(OpenFiles.limit)
    OpenFiles.raiseLimit()
    let after = try #require(OpenFiles.limit)
    #expect(after >= before)
    // Once more changes nothing.
    OpenFiles.raiseLimit()
    #expect(OpenFiles.limit == after)
  }
}
