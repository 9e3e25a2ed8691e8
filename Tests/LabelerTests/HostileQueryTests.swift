import ComAtprotoAPI
import SQLiteStorage
import TestSupport
import Testing
import XRPC
import XRPCClient
import XRPCServer

@testable import Labeler

@Suite struct HostileQueryTests {
  @Test func patternsAreBounded() async throws {
    let fixture = try LabelFixture()
    let pattern = "did:web:" + String(repeating: "a", count: 2_040)
    try await fixture.add(pattern, "spam")
    let many = Array(repeating: "did:web:a.test", count: 249) + [pattern]
    #expect(try await fixture.query(many).labels.count == 1)
    #expect(throws: XRPCServerError.invalidRequest("")) {
      try UriPatterns(many + ["did:web:b.test"])
    }
    #expect(throws: XRPCServerError.invalidRequest("")) { try UriPatterns([pattern + "*"]) }
  }

  @Test(arguments: [
    "\u{0}", "did:web:a.test\u{0}", "did:web:a.test\u{0}*", "did:web:ä*", "\u{FFFF}*", "\u{7F}*",
    " *", "did:web:a.test\n", "e\u{301}*",
  ])
  func patternThatNoSubjectCanMatchFindsNothing(_ pattern: String) async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteLabelerStore(path: folder.path + "/labeler.sqlite")
    let fixture = try LabelFixture(store)
    try await fixture.add("did:web:a.test", "spam")
    try await fixture.add("e:test", "spam")
    #expect(try await fixture.query([pattern]).labels.isEmpty)
    try store.close()
  }

  @Test(arguments: [
    "x", "AA", "!!!!", "1796040000000::5", String(repeating: "A", count: 5_000),
    // Only a NUL; a NUL and a value; a subject that is not ASCII.
    "AA==", "AGE", "w6QAYQ",
  ])
  func cursorOfAnotherServerIs400(_ cursor: String) async throws {
    let fixture = try LabelFixture()
    try await fixture.add("did:web:a.test", "spam")
    await #expect(throws: XRPCError<UnknownFailure>.self) {
      try await fixture.query(["*"], cursor: cursor)
    }
  }

  @Test func cursorMayNameAnyPlace() async throws {
    let fixture = try LabelFixture()
    try await fixture.add("did:web:b.test", "spam")
    for (uri, count) in [("a", 1), ("did:web:b.test", 0), ("z", 0)] {
      let cursor = LabelCursor(uri: uri, value: "z").text
      #expect(LabelCursor(cursor) == LabelCursor(uri: uri, value: "z"))
      #expect(try await fixture.query(["*"], cursor: cursor).labels.count == count)
    }
  }
}
