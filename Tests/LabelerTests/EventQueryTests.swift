import ATProtoData
import ATProtoSyntax
import Testing
import ToolsOzoneAPI
import XRPC

@testable import Labeler

@Suite struct EventQueryTests {
  typealias Query = ToolsOzone.Moderation.QueryEvents

  private let fixture: DeskFixture
  private let alice: Subject
  private let post: Subject

  /// Events 1 to 8, an hour apart.
  init() async throws {
    fixture = try DeskFixture()
    alice = Subject(try fixture.account("alice"))
    post = try .post(alice.did)
    let list = Subject(
      try ATURI("at://\(alice.did)/app.bsky.graph.list/1"),
      cid: Subject.postCID
    )!
    let bob = Subject(try fixture.account("bob"))
    let steps: [(ModerationAction, Subject, String?)] = [
      (.report(type: "com.atproto.moderation.defs#reasonSpam"), alice, "Buy now"),
      (.report(type: "com.atproto.moderation.defs#reasonRude"), post, nil),
      (.label(LabelAction(create: ["spam", "rude"])), post, nil),
      (.label(LabelAction(create: ["spam"], negate: ["porn"])), list, "a comment"),
      (.tag(TagAction(add: ["a", "b"])), bob, nil),
      (.tag(TagAction(remove: ["a"])), bob, nil),
      (.takedown(TakedownAction(policies: ["no-spam"])), bob, nil),
      (.comment(), alice, "later"),
    ]
    for (action, subject, comment) in steps {
      fixture.advance(hours: 1)
      try await fixture.emit(action, subject, comment: comment) { input in
        input.modTool = ToolsOzone.Moderation.Defs.ModTool(
          name: subject == bob ? "script" : "page",
          meta: ["batchId": "b1"]
        )
      }
    }
  }

  private func ids(_ change: (inout Query.Parameters) -> Void) async throws -> [Int] {
    var parameters = Query.Parameters()
    change(&parameters)
    return try await fixture.query(Query.self, parameters).events.map(\.id)
  }

  private func time(_ hours: Int) -> FormatString<Datetime> {
    FormatString(at: DeskFixture.start + hours * 3_600_000)
  }

  @Test func queriesFilterAndPage() async throws {
    #expect(try await ids { _ in } == [8, 7, 6, 5, 4, 3, 2, 1])
    #expect(try await ids { $0.sortDirection = .asc } == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(
      try await ids { $0.types = ["tools.ozone.moderation.defs#modEventTag"] } == [6, 5]
    )
    #expect(
      try await ids {
        $0.types = [
          "tools.ozone.moderation.defs#modEventTag", "tools.ozone.moderation.defs#modEventComment",
        ]
      } == [8, 6, 5]
    )
    #expect(try await ids { $0.types = ["tools.ozone.moderation.defs#unheardOf"] } == [])
    #expect(try await ids { $0.createdBy = "did:web:admin.test" }.count == 8)
    #expect(try await ids { $0.createdBy = "did:web:bob.test" } == [])
    #expect(try await ids { $0.createdAfter = time(6) } == [8, 7])
    #expect(try await ids { $0.createdBefore = time(3) } == [2, 1])
  }

  @Test func eventsAreFilteredBySubject() async throws {
    #expect(try await ids { $0.subject = FormatString(alice.uri) } == [8, 1])
    #expect(try await ids { $0.subject = FormatString(post.uri) } == [3, 2])
    #expect(
      try await ids {
        $0.subject = FormatString(alice.uri)
        $0.includeAllUserRecords = true
      } == [8, 4, 3, 2, 1]
    )
    #expect(try await ids { $0.subjectType = .record } == [4, 3, 2])
    #expect(try await ids { $0.subjectType = .account } == [8, 7, 6, 5, 1])
    #expect(try await ids { $0.collections = ["app.bsky.graph.list"] } == [4])
  }

  @Test func eventsAreFilteredByContent() async throws {
    #expect(try await ids { $0.hasComment = true } == [8, 4, 1])
    #expect(try await ids { $0.comment = "NOW || later" } == [8, 1])
    #expect(try await ids { $0.addedLabels = ["spam"] } == [4, 3])
    #expect(try await ids { $0.addedLabels = ["spam", "rude"] } == [3])
    #expect(try await ids { $0.removedLabels = ["porn"] } == [4])
    #expect(try await ids { $0.addedTags = ["a"] } == [5])
    #expect(try await ids { $0.removedTags = ["a"] } == [6])
    #expect(
      try await ids { $0.reportTypes = ["com.atproto.moderation.defs#reasonRude"] } == [2]
    )
    #expect(try await ids { $0.policies = ["no-spam", "other"] } == [7])
    #expect(try await ids { $0.modTool = ["script"] } == [7, 6, 5])
    #expect(try await ids { $0.batchId = "b1" }.count == 8)
    #expect(try await ids { $0.batchId = "b2" } == [])
  }

  @Test(arguments: [Query.Parameters.SortDirection.asc, .desc])
  func pagesHaveEveryEventOnce(_ direction: Query.Parameters.SortDirection) async throws {
    var parameters = Query.Parameters(sortDirection: direction, limit: 3)
    var pages: [[Int]] = []
    repeat {
      let output = try await fixture.query(Query.self, parameters)
      pages.append(output.events.map(\.id))
      parameters.cursor = output.cursor
    } while parameters.cursor != nil && pages.count < 9
    #expect(pages.map(\.count) == [3, 3, 2])
    let all = pages.flatMap { $0 }
    #expect(all == (direction == .asc ? Array(1...8) : (1...8).reversed()))
  }

  @Test func malformedParametersAreRefused() async throws {
    let changes: [(inout Query.Parameters) -> Void] = [
      { $0.cursor = "x" }, { $0.cursor = "-1" }, { $0.subject = "https://alice.test" },
      { $0.subjectType = .conversation }, { $0.withStrike = true },
      { $0.ageAssuranceState = .pending }, { $0.createdBy = "alice" },
      { $0.comment = String(repeating: "x", count: 3_000) },
      { $0.addedLabels = [String](repeating: "x", count: 101) },
    ]
    for change in changes {
      #expect(await refusal { try await ids(change) } == "400 InvalidRequest")
    }
  }
}
