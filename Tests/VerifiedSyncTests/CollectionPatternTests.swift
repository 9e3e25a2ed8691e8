import ATProtoSyntax
import Testing

@testable import VerifiedSync

@Suite struct CollectionPatternTests {
  @Test(arguments: ["app.bsky.feed.post", "app.bsky.*", "app.*", "a.b.c.*"])
  func patternsAreNamesOrPrefixes(_ text: String) {
    #expect(CollectionPattern(text)?.text == text)
  }

  @Test(arguments: ["", "*", ".*", "app.bsky", "app..*", "app.bsky.fee*", "app bsky.*", "a/b.*"])
  func otherTextIsNotAPattern(_ text: String) {
    #expect(CollectionPattern(text) == nil)
  }

  @Test func prefixesEndAtADot() throws {
    let pattern = try #require(CollectionPattern("app.bsky.feed.*"))
    #expect(pattern.matches("app.bsky.feed.post"))
    #expect(!pattern.matches("app.bsky.feeds.post"))
    #expect(!pattern.matches("app.bsky.graph.follow"))
  }
}
