import ATProtoSyntax
import Testing
import ToolsOzoneAPI
import XRPC

@testable import Labeler

@Suite struct TeamTests {
  private let fixture: DeskFixture
  private let alice: DID

  init() throws {
    fixture = try DeskFixture()
    alice = try fixture.account("alice")
  }

  private func add(_ did: DID, _ role: Role, as caller: Caller = .password) async throws {
    _ = try await fixture.call(
      ToolsOzone.Team.AddMember.self,
      ToolsOzone.Team.AddMember.Input(
        did: FormatString(did),
        role: ToolsOzone.Team.AddMember.Input.Role(role.token)
      ),
      as: caller
    )
  }

  private func remove(_ did: DID, as caller: Caller = .password) async throws {
    _ = try await fixture.call(
      ToolsOzone.Team.DeleteMember.self,
      ToolsOzone.Team.DeleteMember.Input(did: FormatString(did)),
      as: caller
    )
  }

  private func list(
    _ parameters: ToolsOzone.Team.ListMembers.Parameters = .init()
  ) async throws -> ToolsOzone.Team.ListMembers.Output {
    try await fixture.query(ToolsOzone.Team.ListMembers.self, parameters)
  }

  @Test func teamOfTheService() async throws {
    try await add(alice, .triage)
    #expect(try await list().members.map(\.role.rawValue) == [Role.triage.token])
    let changed = try await fixture.call(
      ToolsOzone.Team.UpdateMember.self,
      ToolsOzone.Team.UpdateMember.Input(
        did: FormatString(alice),
        disabled: true,
        role: ToolsOzone.Team.UpdateMember.Input.Role(Role.moderator.token)
      ),
      as: .password
    )
    #expect(changed.disabled == true && changed.role.rawValue == Role.moderator.token)
    #expect(changed.lastUpdatedBy == DeskFixture.did.string)
    try await remove(alice)
    #expect(try await list().members.isEmpty)
  }

  @Test func changesThatCannotBeMadeAreNamed() async throws {
    try await add(alice, .admin)
    #expect(await refusal { try await add(alice, .triage) } == "400 MemberAlreadyExists")
    #expect(await refusal { try await add(DeskFixture.did, .triage) } == "400 InvalidRequest")
    #expect(
      await refusal { try await remove(alice, as: .account(alice)) } == "400 CannotDeleteSelf"
    )
    try await remove(alice)
    #expect(await refusal { try await remove(alice) } == "400 MemberNotFound")
  }

  @Test func onlyAdministratorsChangeTheTeam() async throws {
    let moderator = try await fixture.member("mod", .moderator)
    let admin = try await fixture.member("admin", .admin)
    #expect(
      await refusal { try await add(alice, .triage, as: .account(moderator)) } == "403 Forbidden"
    )
    try await add(alice, .triage, as: .account(admin))
  }

  @Test func membersAreListedInPages() async throws {
    for name in ["a", "b", "c"] { try await fixture.member(name, name == "b" ? .admin : .triage) }
    let first = try await list(.init(limit: 2))
    #expect(first.members.map(\.did.string) == ["did:web:a.test", "did:web:b.test"])
    let second = try await list(.init(limit: 2, cursor: first.cursor))
    #expect(second.members.map(\.did.string) == ["did:web:c.test"] && second.cursor == nil)
    #expect(try await list(.init(roles: [Role.admin.token])).members.count == 1)
    #expect(try await list(.init(q: "web:c")).members.count == 1)
    #expect(try await list(.init(disabled: true)).members.isEmpty)
  }

  @Test func administratorsOfTheSettingsAreAddedOnce() async throws {
    try fixture.team.ensureAdministrators([alice, DeskFixture.did])
    _ = try await fixture.team.update(
      alice,
      role: .triage,
      isDisabled: nil,
      by: Moderator(did: DeskFixture.did, role: .admin)
    )
    try fixture.team.ensureAdministrators([alice])
    #expect(try await fixture.team.member(of: alice)?.role == .triage)
    #expect(try await fixture.team.member(of: DeskFixture.did) == nil)
  }
}
