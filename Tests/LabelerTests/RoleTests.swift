import ATProtoSyntax
import Testing
import ToolsOzoneAPI
import XRPC

@testable import Labeler

@Suite struct RoleTests {
  private let fixture: DeskFixture
  private let alice: Subject

  init() throws {
    fixture = try DeskFixture()
    alice = Subject(try fixture.account("alice"))
  }

  static let rights: [(ModerationAction, Role)] = [
    (.comment(), .triage), (.acknowledge(), .triage), (.escalate, .triage),
    (.tag(TagAction(add: ["a"])), .triage), (.resolveAppeal, .triage), (.mute(hours: 1), .triage),
    (.unmute, .triage), (.muteReporter(hours: 1), .triage), (.unmuteReporter, .triage),
    (.priorityScore(1), .triage),
    (.report(type: "com.atproto.moderation.defs#reasonSpam"), .triage),
    (.label(LabelAction(create: ["spam"])), .moderator), (.takedown(), .moderator),
    (.label(LabelAction(create: ["!takedown"])), .moderator),
  ]

  @Test(arguments: rights) func rolesDecide(_ action: ModerationAction, _ required: Role)
    async throws
  {
    for role in Role.allCases {
      let member = try await fixture.member("\(role)", role)
      // Each role tries it on a subject of its own.
      let subject = Subject(try fixture.account("subject-\(role)"))
      let outcome = await refusal {
        try await fixture.emit(action, subject, as: .account(member)).id
      }
      #expect(outcome.hasPrefix(role >= required ? "not refused" : "403 Forbidden"), "\(role)")
    }
  }

  @Test func onlyAdministratorsTakeDownFeedGenerators() async throws {
    let moderator = try await fixture.member("mod", .moderator)
    let feed = try #require(
      Subject(
        try ATURI("at://\(alice.did)/app.bsky.feed.generator/one"),
        cid: Subject.postCID
      )
    )
    #expect(
      await refusal { try await fixture.emit(.takedown(), feed, as: .account(moderator)) }
        == "403 Forbidden"
    )
    try await fixture.emit(.takedown(), feed)
  }

  @Test func everyRoleMayRead() async throws {
    for role in Role.allCases {
      let member = try await fixture.member("\(role)", role)
      _ = try await fixture.query(
        ToolsOzone.Moderation.QueryStatuses.self,
        ToolsOzone.Moderation.QueryStatuses.Parameters(),
        as: .account(member)
      )
      let config = try await fixture.query(
        ToolsOzone.Server.GetConfig.self,
        NoParameters(),
        as: .account(member)
      )
      #expect(config.viewer?.role?.rawValue == role.token)
    }
  }

  @Test func strangersAndDisabledMembersAreRefused() async throws {
    func outcome(_ caller: Caller) async -> String {
      await refusal {
        try await fixture.query(
          ToolsOzone.Moderation.QueryEvents.self,
          ToolsOzone.Moderation.QueryEvents.Parameters(),
          as: caller
        )
      }
    }
    #expect(await outcome(.anonymous) == "401 AuthMissing")
    #expect(await outcome(.account(alice.did)) == "401 AuthenticationRequired")
    let member = try await fixture.member("mod", .moderator)
    _ = try await fixture.team.update(
      member,
      role: nil,
      isDisabled: true,
      by: Moderator(did: DeskFixture.did, role: .admin)
    )
    #expect(await outcome(.account(member)) == "401 MemberDisabled")
  }

  @Test func accountOfTheLabelerIsAnAdministrator() async throws {
    let config = try await fixture.query(
      ToolsOzone.Server.GetConfig.self,
      NoParameters(),
      as: .account(DeskFixture.did)
    )
    #expect(config.viewer?.role?.rawValue == Role.admin.token)
  }
}
