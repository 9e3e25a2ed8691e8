import ATProtoSyntax
import ComAtprotoAPI
import Testing
import XRPC
import XRPCClient
import XRPCServer

@testable import Labeler

@Suite struct QueryLabelsTests {
  private static let alice = "did:plc:alice"
  private static let post = "at://did:plc:alice/app.bsky.feed.post/3k"

  @Test func patternsAreLiteralAndCaseSensitive() async throws {
    let fixture = try LabelFixture()
    let subjects = [
      "did:web:a.test", "did:web:A.test", "did:web:a_test", "did:web:a%test", "did:web:axtest",
      "did:web:a[t]est", "did:web:a\\test", "did:web:a?est", "at://did:web:a.test/c/r",
    ]
    for subject in subjects { try await fixture.add(subject, "spam") }
    // Some of these are not URIs, which the check of outputs in debug builds refuses.
    func found(_ patterns: String...) async throws -> [String] {
      try await fixture.labels.page(LabelQuery(patterns: UriPatterns(patterns), limit: 250))
        .labels.map(\.uri.string)
    }
    for subject in subjects { #expect(try await found(subject) == [subject]) }
    #expect(try await found("did:web:a_*") == ["did:web:a_test"])
    #expect(try await found("did:web:a%*") == ["did:web:a%test"])
    #expect(try await found("did:web:a[*") == ["did:web:a[t]est"])
    #expect(try await found("did:web:a\\*") == ["did:web:a\\test"])
    #expect(try await found("did:web:A*") == ["did:web:A.test"])
    #expect(try await found("did:web:a?*") == ["did:web:a?est"])
    #expect(try await found("did:web:a.tes").isEmpty)
    #expect(try await found("did:web:a.test*") == ["did:web:a.test"])
    #expect(try await found("at://*") == ["at://did:web:a.test/c/r"])
    #expect(try await found("*").count == subjects.count)
    #expect(try await found("").isEmpty)
    // Any of the patterns is enough, and none repeats a label.
    #expect(
      try await found("did:web:A.test", "did:web:*", "did:web:a.test", "did:web:a.*").count == 8
    )
  }

  @Test(arguments: ["did:*:a", "**", "*a", "at://*/c/*"])
  func asteriskInsideIs400(_ pattern: String) async throws {
    let fixture = try LabelFixture()
    await #expect(throws: XRPCError<UnknownFailure>.self) { try await fixture.query([pattern]) }
    #expect(throws: XRPCServerError.invalidRequest("")) { try UriPatterns([pattern]) }
  }

  @Test func negatedAndExpiredLabelsAreReturned() async throws {
    let fixture = try LabelFixture()
    try await fixture.add(Self.alice, "spam")
    try await fixture.negate(Self.alice, "spam")
    try await fixture.apply([LabelChange(uri: Self.alice, value: "rude", expiresAt: 1_000)])
    let labels = try await fixture.query([Self.alice]).labels
    #expect(labels.map(\.name) == ["\(Self.alice) rude", "-\(Self.alice) spam"])
    #expect(labels.first?.exp?.string == "1970-01-01T00:00:01.000Z")
  }

  /// The query of bluesky-social/atproto#4328, whose result was not ordered.
  @Test func sameQueryGivesTheSameOrder() async throws {
    let fixture = try LabelFixture()
    for index in (0..<60).shuffled() {
      try await fixture.add("did:web:a\(index % 20).test", "v\(index)")
    }
    let first = try await fixture.query(["did:web:a*"], limit: 250).labels.map(\.name)
    #expect(first.count == 60 && first == first.sorted())
    for _ in 0..<5 {
      let again = try await fixture.query(["did:web:a*", "did:web:a1*"], limit: 250)
      #expect(again.labels.map(\.name) == first)
    }
  }

  @Test(arguments: [1, 2, 7, 59, 60, 61])
  func pagesTogetherHaveEveryLabelOnce(_ limit: Int) async throws {
    let fixture = try LabelFixture()
    for index in (0..<60).shuffled() {
      try await fixture.add("did:web:a\(index % 7).test", "v\(index)")
    }
    let pages = try await fixture.pages(["did:web:a*"], limit: limit)
    let names = pages.flatMap { $0 }
    #expect(names.count == 60 && Set(names).count == 60 && names == names.sorted())
    #expect(pages.dropLast().allSatisfy { $0.count == limit })
    // The last page has no cursor, so no page is empty.
    #expect(pages.count == (60 + limit - 1) / limit)
  }

  @Test func pagesAreCompleteAndStable() async throws {
    let fixture = try LabelFixture()
    for index in 0..<20 { try await fixture.add("did:web:a\(index + 10).test", "spam") }
    let first = try await fixture.query(["did:web:*"], limit: 10)
    // Labels that change between two pages: created again, negated, the one that the cursor names,
    // and new ones before and after it.
    try await fixture.add("did:web:a12.test", "spam")
    try await fixture.negate("did:web:a19.test", "spam")
    try await fixture.negate("did:web:a25.test", "spam")
    try await fixture.add("did:web:a11.test", "new")
    try await fixture.add("did:web:a22.test", "new")
    let second = try await fixture.query(["did:web:*"], limit: 250, cursor: first.cursor)
    #expect(second.cursor == nil)
    let names = (first.labels + second.labels).map(\.name)
    #expect(names.filter { !$0.contains("new") }.count == 20)
    #expect(names.contains("did:web:a22.test new") && !names.contains("did:web:a11.test new"))
    #expect(names.contains("-did:web:a25.test spam"))
  }

  @Test func sourcesFilter() async throws {
    let fixture = try LabelFixture()
    try await fixture.add(Self.post, "spam")
    func count(_ sources: [String]?) async throws -> Int {
      try await fixture.query(["*"], sources: sources).labels.count
    }
    let source = LabelFixture.source.string
    #expect(try await count(nil) == 1)
    #expect(try await count([source]) == 1)
    #expect(try await count(["did:web:other.test", source]) == 1)
    #expect(try await count(["did:web:other.test"]) == 0)
    await #expect(throws: (any Error).self) { try await count(["no DID"]) }
  }

  @Test func limitIsBounded() async throws {
    let fixture = try LabelFixture()
    for index in 0..<260 { try await fixture.add("did:web:a\(index).test", "spam") }
    for limit in [0, -1, 251, .max] {
      await #expect(throws: XRPCError<UnknownFailure>.self) {
        try await fixture.query(["*"], limit: limit)
      }
      #expect(throws: XRPCServerError.invalidRequest("")) {
        try LabelQuery(patterns: UriPatterns(["*"]), limit: limit)
      }
    }
    #expect(try await fixture.query(["*"], limit: 250).labels.count == 250)
    #expect(try await fixture.query(["*"], limit: 1).labels.count == 1)
    #expect(try await fixture.query(["*"]).labels.count == 50)
  }
}
