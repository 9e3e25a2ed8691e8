import ATProtoSyntax
import Testing

@testable import Labeler

@Suite struct ReviewRulesTests {
  private static let alice: DID = "did:web:alice.test"
  private static let moderator: DID = "did:web:moderator.test"
  private static let appeal = "com.atproto.moderation.defs#reasonAppeal"

  private static func event(
    _ action: ModerationAction,
    comment: String? = nil,
    at time: Int = 1_000
  ) -> ModerationEvent {
    ModerationEvent(
      id: 7,
      subject: Subject(alice),
      action: action,
      comment: comment,
      body: [],
      createdAt: time,
      createdBy: moderator
    )
  }

  private static func status(after actions: [ModerationAction]) -> SubjectStatus? {
    var status: SubjectStatus?
    for action in actions { ReviewRules.apply(event(action), to: &status) }
    return status
  }

  static let states: [([ModerationAction], SubjectStatus.ReviewState)] = [
    ([.report(type: "x")], .open),
    ([.acknowledge()], .closed),
    ([.escalate], .escalated),
    ([.takedown()], .closed),
    ([.takedown(), .reverseTakedown], .closed),
    ([.comment()], .none),
    ([.label(LabelAction(create: ["spam"]))], .none),
    ([.tag(TagAction(add: ["a"]))], .none),
    ([.mute(hours: 1)], .none),
    ([.unmute], .none),
    ([.muteReporter(hours: nil)], .none),
    ([.unmuteReporter], .none),
    ([.priorityScore(3)], .none),
    ([.resolveAppeal], .none),
    ([.report(type: "x"), .comment()], .open),
    ([.report(type: "x"), .label(LabelAction(create: ["spam"]))], .open),
    ([.report(type: "x"), .mute(hours: 1)], .open),
    ([.report(type: "x"), .resolveAppeal], .open),
    ([.report(type: "x"), .acknowledge()], .closed),
    ([.report(type: "x"), .acknowledge(), .report(type: "y")], .open),
    ([.escalate, .report(type: "x")], .escalated),
    ([.escalate, .comment()], .escalated),
    ([.escalate, .acknowledge(), .report(type: "x")], .open),
    ([.escalate, .takedown()], .closed),
    ([.report(type: "x", isReporterMuted: true), .escalate], .escalated),
  ]

  @Test("events lead to a state of the review", arguments: states)
  func eventsLeadToState(_ actions: [ModerationAction], _ state: SubjectStatus.ReviewState) {
    #expect(Self.status(after: actions)?.review.state == state)
  }

  @Test func reportOfAMutedReporterChangesNothing() {
    #expect(Self.status(after: [.report(type: "x", isReporterMuted: true)]) == nil)
  }

  @Test func appealIsPendingUntilItIsAnswered() {
    let appeal = ModerationAction.report(type: Self.appeal)
    let pending = Self.status(after: [appeal])
    #expect(pending?.reports.isAppealed == true && pending?.reports.appealedAt == 1_000)
    for answer in [ModerationAction.resolveAppeal, .takedown(), .reverseTakedown] {
      #expect(Self.status(after: [appeal, answer])?.reports.isAppealed == false)
    }
    #expect(Self.status(after: [appeal, .acknowledge()])?.reports.isAppealed == true)
  }

  @Test func takedownHasAnEndIfItHasADuration() {
    let takedown = Self.status(after: [.takedown()])?.takedown
    #expect(takedown == SubjectStatus.Takedown(event: 7))
    let suspension = Self.status(after: [.takedown(TakedownAction(hours: 2))])?.takedown
    #expect(suspension == SubjectStatus.Takedown(event: 7, until: 1_000 + 7_200_000))
    #expect(Self.status(after: [.takedown(), .reverseTakedown])?.takedown == nil)
  }

  @Test func mutesHaveAnEnd() {
    let mutes = Self.status(after: [.mute(hours: 1), .muteReporter(hours: nil)])?.mutes
    #expect(mutes?.subjectUntil == 1_000 + 3_600_000)
    #expect(mutes?.reporterUntil == SubjectStatus.farFuture)
    let none = Self.status(after: [
      .mute(hours: 1), .unmute, .muteReporter(hours: 1), .unmuteReporter,
    ])
    #expect(none?.mutes == SubjectStatus.Mutes())
  }

  @Test func tagsAreASet() {
    let tags = Self.status(after: [
      .tag(TagAction(add: ["b", "a", "b"], hours: 1)), .tag(TagAction(add: ["c"], remove: ["b"])),
      .tag(TagAction(add: ["a"])),
    ])?.tags
    #expect(tags == [SubjectTag("a"), SubjectTag("c")])
  }

  @Test func reviewNamesItsModerator() {
    let review = Self.status(after: [.report(type: "x"), .escalate])?.review
    #expect(review?.by == Self.moderator && review?.at == 1_000)
    #expect(Self.status(after: [.report(type: "x")])?.review.by == nil)
  }

  @Test func onlyAStickyCommentIsKept() {
    var status: SubjectStatus?
    ReviewRules.apply(Self.event(.comment(isSticky: true), comment: "watch"), to: &status)
    ReviewRules.apply(Self.event(.comment(), comment: "seen"), to: &status)
    #expect(status?.comment == "watch")
  }
}
