import ATProtoData
import ATProtoSyntax
import Testing
import ToolsOzoneAPI
import XRPC

@testable import Labeler

@Suite struct StatusQueryTests {
  typealias Query = ToolsOzone.Moderation.QueryStatuses

  private static let report = ModerationAction.report(
    type: "com.atproto.moderation.defs#reasonSpam"
  )
  private let fixture: DeskFixture
  private let alice: Subject
  private let bob: Subject
  private let post: Subject

  /// Statuses 1 (Alice), 2 (her post), and 3 (Bob), reported an hour apart.
  init() async throws {
    fixture = try DeskFixture()
    alice = Subject(try fixture.account("alice"))
    bob = Subject(try fixture.account("bob"))
    post = try .post(alice.did)
    for subject in [alice, post, bob] {
      fixture.advance(hours: 1)
      try await fixture.emit(Self.report, subject)
    }
  }

  private func ids(_ change: (inout Query.Parameters) -> Void = { _ in }) async throws -> [Int] {
    var parameters = Query.Parameters()
    change(&parameters)
    return try await fixture.query(Query.self, parameters).subjectStatuses.map(\.id)
  }

  private func time(_ hours: Int) -> FormatString<Datetime> {
    FormatString(at: DeskFixture.start + hours * 3_600_000)
  }

  @Test func newestReportsComeFirst() async throws {
    #expect(try await ids() == [3, 2, 1])
    #expect(try await ids { $0.sortDirection = .asc } == [1, 2, 3])
    try await fixture.emit(Self.report, alice)
    #expect(try await ids() == [3, 1, 2])
    // A subject that was never reported is last.
    try await fixture.emit(.comment(), Subject(fixture.account("carol")))
    #expect(try await ids() == [3, 1, 2, 4])
  }

  @Test func statusesAreFilteredByState() async throws {
    try await fixture.emit(.acknowledge(), post)
    try await fixture.emit(.escalate, bob)
    #expect(try await ids { $0.reviewState = .reviewOpen } == [1])
    #expect(try await ids { $0.reviewState = .reviewClosed } == [2])
    #expect(try await ids { $0.reviewState = .reviewEscalated } == [3])
    #expect(try await ids { $0.reviewState = .reviewNone } == [])
    #expect(try await ids { $0.lastReviewedBy = "did:web:admin.test" } == [3, 2])
    try await fixture.emit(.takedown(), bob)
    #expect(try await ids { $0.takendown = true } == [3])
    try await fixture.emit(
      .report(type: "com.atproto.moderation.defs#reasonAppeal"),
      bob
    )
    #expect(try await ids { $0.appealed = true } == [3])
  }

  @Test func statusesAreFilteredBySubject() async throws {
    #expect(try await ids { $0.subject = FormatString(alice.uri) } == [1])
    #expect(try await ids { $0.subject = FormatString(post.uri) } == [2])
    #expect(
      try await ids {
        $0.subject = FormatString(alice.uri)
        $0.includeAllUserRecords = true
      } == [2, 1]
    )
    #expect(try await ids { $0.subjectType = .record } == [2])
    #expect(try await ids { $0.subjectType = .account } == [3, 1])
    #expect(try await ids { $0.collections = ["app.bsky.feed.post"] } == [2])
    #expect(try await ids { $0.ignoreSubjects = [FormatString(post.uri)] } == [3, 1])
  }

  @Test func statusesAreFilteredByTime() async throws {
    #expect(try await ids { $0.reportedAfter = time(1) } == [3, 2])
    #expect(try await ids { $0.reportedBefore = time(2) } == [1])
    try await fixture.emit(.acknowledge(), post)
    #expect(try await ids { $0.reviewedAfter = time(2) } == [2])
    #expect(try await ids { $0.reviewedBefore = time(2) } == [])
  }

  @Test func mutedSubjectsAreLeftOut() async throws {
    try await fixture.emit(.mute(hours: 2), alice)
    try await fixture.emit(.muteReporter(hours: 2), bob)
    #expect(try await ids() == [3, 2])
    #expect(try await ids { $0.includeMuted = true } == [3, 2, 1])
    #expect(try await ids { $0.onlyMuted = true } == [3, 1])
    fixture.advance(hours: 3)
    #expect(try await ids() == [3, 2, 1])
  }

  @Test func statusesAreFilteredByContent() async throws {
    try await fixture.emit(.tag(TagAction(add: ["a", "b"])), alice)
    try await fixture.emit(.tag(TagAction(add: ["b"])), bob)
    #expect(try await ids { $0.tags = ["b"] } == [3, 1])
    #expect(try await ids { $0.tags = ["a && b"] } == [1])
    #expect(try await ids { $0.tags = ["a && b", "b"] } == [3, 1])
    #expect(try await ids { $0.excludeTags = ["a"] } == [3, 2])
    try await fixture.emit(.comment(isSticky: true), bob, comment: "Watch this")
    #expect(try await ids { $0.comment = "watch" } == [3])
    try await fixture.emit(.priorityScore(50), post)
    #expect(try await ids { $0.minPriorityScore = 50 } == [2])
    #expect(try await ids { $0.sortField = .priorityScore } == [2, 3, 1])
    #expect(try await ids { $0.minReportedRecordsCount = 1 } == [2, 1])
  }

  @Test func queuesShareTheWork() async throws {
    var all: [Int] = []
    for index in 0..<3 {
      all += try await ids {
        $0.queueCount = 3
        $0.queueIndex = index
        $0.queueSeed = "seed"
      }
    }
    #expect(all.sorted() == [1, 2, 3])
  }

  @Test(
    arguments: [Query.Parameters.SortField.lastReportedAt, .lastReviewedAt, .priorityScore],
    [Query.Parameters.SortDirection.asc, .desc]
  )
  func pagesHaveEveryStatusOnce(
    _ field: Query.Parameters.SortField,
    _ direction: Query.Parameters.SortDirection
  ) async throws {
    for number in 4...10 {
      // Two of them have equal values everywhere.
      if number % 2 == 0 { fixture.advance(hours: 1) }
      try await fixture.emit(Self.report, .post(alice.did, "\(number)"))
    }
    var parameters = Query.Parameters(sortField: field, sortDirection: direction, limit: 3)
    var ids: [Int] = []
    var pages = 0
    repeat {
      let output = try await fixture.query(Query.self, parameters)
      ids += output.subjectStatuses.map(\.id)
      parameters.cursor = output.cursor
      pages += 1
    } while parameters.cursor != nil && pages < 9
    #expect(ids.sorted() == Array(1...10) && pages == 4)
  }

  @Test func statusHasItsParts() async throws {
    try await fixture.emit(.takedown(TakedownAction(hours: 1)), post)
    let status = try #require(
      try await fixture.query(
        Query.self,
        Query.Parameters(subject: FormatString(post.uri))
      ).subjectStatuses.first
    )
    #expect(status.takendown == true && status.suspendUntil != nil && status.appealed == nil)
    #expect(status.recordsStats?.takendownCount == 1 && status.accountStats?.reportCount == 1)
  }

  @Test func malformedParametersAreRefused() async throws {
    let changes: [(inout Query.Parameters) -> Void] = [
      { $0.cursor = "x" }, { $0.cursor = "1::x" }, { $0.subject = "alice" },
      { $0.reviewState = "open" }, { $0.subjectType = .conversation },
      { $0.hostingStatuses = ["deleted"] }, { $0.minStrikeCount = 1 },
      { $0.ageAssuranceState = .pending }, { $0.sortField = .reportedRecordsCount },
      { $0.queueCount = 0 },
      {
        $0.queueCount = 2
        $0.queueIndex = 2
      },
      { $0.ignoreSubjects = ["x"] },
    ]
    for change in changes {
      #expect(await refusal { try await ids(change) } == "400 InvalidRequest")
    }
  }
}
