import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Testing
import XRPC

@testable import Labeler

@Suite struct ReportTests {
  private static let spam = "com.atproto.moderation.defs#reasonSpam"
  private static let appeal = "tools.ozone.report.defs#reasonAppeal"

  private static func declaration(
    reasons: [String]? = nil,
    types: [String]? = nil,
    collections: [String]? = nil
  ) -> AppBsky.Labeler.Service {
    AppBsky.Labeler.Service(
      policies: AppBsky.Labeler.Defs.LabelerPolicies(labelValues: []),
      createdAt: "2026-11-30T12:00:00Z",
      reasonTypes: reasons?.map { ComAtproto.Moderation.Defs.ReasonType($0) },
      subjectTypes: types?.map { ComAtproto.Moderation.Defs.SubjectType($0) },
      subjectCollections: collections?.map { FormatString($0) }
    )
  }

  @Test func reportIsStoredAndAnswered() async throws {
    let fixture = try DeskFixture()
    let (alice, bob) = (try fixture.account("alice"), try fixture.account("bob"))
    let post = try Subject.post(alice)
    let output = try await fixture.report(post, reason: "look", as: .account(bob))
    #expect(output.id == 1 && output.reportedBy.string == bob.string && output.reason == "look")
    #expect(output.reasonType.rawValue == Self.spam)
    guard case .strongRef(let subject) = output.subject else {
      Issue.record("not a record")
      return
    }
    #expect(subject.uri.string == post.uri && subject.cid.string == post.cid)
    let event = try #require(try await fixture.desk.event(1))
    #expect(event.createdBy == bob && event.comment == "look" && event.subject == post)
    #expect(event.action == .report(type: Self.spam))
    #expect(try await fixture.status(post)?.review.state == .open)
    #expect(try await fixture.report(Subject(alice), as: .account(bob)).id == 2)
  }

  @Test func appealOfAnotherIsForbidden() async throws {
    let fixture = try DeskFixture()
    let (alice, bob) = (try fixture.account("alice"), try fixture.account("bob"))
    let error = await refusal {
      try await fixture.report(.post(alice), Self.appeal, as: .account(bob))
    }
    #expect(error == "403 Forbidden")
  }

  @Test func secondAppealIsRefused() async throws {
    let fixture = try DeskFixture()
    let alice = try fixture.account("alice")
    let post = try Subject.post(alice)
    try await fixture.report(post, Self.appeal, as: .account(alice))
    #expect(try await fixture.status(post)?.reports.isAppealed == true)
    let error = await refusal {
      try await fixture.report(
        post,
        "com.atproto.moderation.defs#reasonAppeal",
        as: .account(alice)
      )
    }
    #expect(error == "403 AlreadyAppealed")
    // After an answer, another appeal is possible.
    try await fixture.emit(.resolveAppeal, post)
    try await fixture.report(post, Self.appeal, as: .account(alice))
  }

  @Test func takendownReporterMayOnlyAppeal() async throws {
    let fixture = try DeskFixture()
    let (alice, bob) = (try fixture.account("alice"), try fixture.account("bob"))
    try await fixture.emit(.takedown(), Subject(alice))
    let error = await refusal { try await fixture.report(.post(bob), as: .account(alice)) }
    #expect(error == "403 AccountTakedown")
    try await fixture.report(Subject(alice), Self.appeal, as: .account(alice))
    #expect(try await fixture.status(Subject(alice))?.reports.isAppealed == true)
  }

  struct Policy: Sendable {
    var reasons: [String]?
    var types: [String]?
    var collections: [String]?
    var isAboutAccount = false
    var outcome: String
  }

  static let policies: [Policy] = [
    Policy(outcome: "accepted"),
    Policy(
      reasons: [spam],
      types: ["record"],
      collections: ["app.bsky.feed.post"],
      outcome: "accepted"
    ),
    Policy(reasons: [], outcome: "400 ReportsNotAccepted"),
    Policy(types: [], outcome: "400 ReportsNotAccepted"),
    Policy(reasons: ["com.atproto.moderation.defs#reasonRude"], outcome: "400 InvalidRequest"),
    Policy(types: ["account"], outcome: "400 InvalidRequest"),
    Policy(types: ["account"], isAboutAccount: true, outcome: "accepted"),
    Policy(types: ["record"], isAboutAccount: true, outcome: "400 InvalidRequest"),
    Policy(collections: ["app.bsky.feed.generator"], outcome: "400 InvalidRequest"),
    Policy(collections: [], outcome: "400 InvalidRequest"),
    Policy(collections: [], isAboutAccount: true, outcome: "accepted"),
  ]

  @Test(arguments: policies) func declarationDecidesWhatIsAccepted(_ policy: Policy) async throws {
    let fixture = try DeskFixture(
      declaration: Self.declaration(
        reasons: policy.reasons,
        types: policy.types,
        collections: policy.collections
      )
    )
    let (alice, bob) = (try fixture.account("alice"), try fixture.account("bob"))
    let subject = policy.isAboutAccount ? Subject(alice) : try Subject.post(alice)
    let outcome = await refusal { () async throws -> String in
      try await fixture.report(subject, as: .account(bob))
      return "accepted"
    }
    #expect(outcome.hasSuffix(policy.outcome))
    #expect((try await fixture.status(subject) != nil) == (policy.outcome == "accepted"))
  }

  @Test func labelerWithoutIntakeAnswersANamedError() async throws {
    let fixture = try DeskFixture(declaration: Self.declaration(reasons: []))
    let alice = try fixture.account("alice")
    let message = await refusalMessage {
      try await fixture.report(.post(alice), as: .account(alice))
    }
    #expect(message == "this labeler does not accept reports")
  }

  @Test func reportOfAMutedReporterIsKeptButOpensNothing() async throws {
    let fixture = try DeskFixture()
    let (alice, bob) = (try fixture.account("alice"), try fixture.account("bob"))
    try await fixture.emit(.muteReporter(hours: 1), Subject(bob))
    try await fixture.report(.post(alice), as: .account(bob))
    #expect(try await fixture.status(.post(alice)) == nil)
    let event = try #require(try await fixture.desk.event(2))
    #expect(event.action == .report(type: Self.spam, isReporterMuted: true))
    fixture.advance(hours: 2)
    try await fixture.report(.post(alice), as: .account(bob))
    #expect(try await fixture.status(.post(alice))?.review.state == .open)
  }

  @Test func reportersAreLimited() async throws {
    let fixture = try DeskFixture(limits: [RateLimit(3, perSeconds: 3_600)])
    let (alice, bob) = (try fixture.account("alice"), try fixture.account("bob"))
    for number in 1...3 { try await fixture.report(.post(alice, "\(number)"), as: .account(bob)) }
    let error = await refusal { try await fixture.report(.post(alice, "4"), as: .account(bob)) }
    #expect(error == "429 RateLimitExceeded")
    try await fixture.report(.post(alice, "4"), as: .account(alice))
  }

  @Test func administratorReportsInTheNameOfTheLabeler() async throws {
    let fixture = try DeskFixture()
    let output = try await fixture.report(.post(fixture.account("alice")), as: .password)
    #expect(output.reportedBy.string == DeskFixture.did.string)
  }
}
