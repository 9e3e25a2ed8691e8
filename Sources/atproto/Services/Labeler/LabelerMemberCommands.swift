import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ToolsOzoneAPI
import XRPC
import XRPCClient

/// The account that is a member of a labeler's team.
struct LabelerMemberSubject: ParsableArguments {
  @Argument(help: "The account's handle or DID.", transform: ParsedArgument.identifier)
  var account: ATIdentifier

  @OptionGroup var options: LabelerOptions

  func did() async throws -> FormatString<DID> {
    FormatString(try await options.client.did(of: account))
  }
}

/// The roles of members, from the least to the most powerful.
enum MemberRole: String, CaseIterable, ExpressibleByArgument {
  case verifier, triage, moderator, admin

  /// The name in `tools.ozone.team.defs`.
  var token: String {
    "tools.ozone.team.defs#role\(rawValue.prefix(1).uppercased())\(rawValue.dropFirst())"
  }
}

struct LabelerMemberListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the members of the team.",
    discussion: """
      With --json, one line per member, with the fields of tools.ozone.team.defs#member.
      """,
    aliases: ["ls"]
  )

  @OptionGroup var options: LabelerOptions

  func run() async throws {
    try await options.moderating { client, _ in
      let pages = client.pages(
        ToolsOzone.Team.ListMembers.self,
        ToolsOzone.Team.ListMembers.Parameters(limit: 100),
        from: \.cursor,
        to: \.cursor
      )
      for try await member in pages.items(\.members) { options.output.print(member) }
    }
  }
}

struct LabelerMemberAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add an account to the team.",
    discussion: "With --json: the member."
  )

  @OptionGroup var subject: LabelerMemberSubject

  @Option(help: "What the member may do: verifier, triage, moderator, or admin.")
  var role = MemberRole.moderator

  func run() async throws {
    let did = try await subject.did()
    let member = try await subject.options.moderating { client, _ in
      try await client.toolsOzone.team.addMember(
        ToolsOzone.Team.AddMember.Input(did: did, role: .init(role.token))
      )
    }
    subject.options.output.print(member)
  }
}

struct LabelerMemberUpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Change the role of a member, or disable a member.",
    discussion: "With --json: the member."
  )

  @OptionGroup var subject: LabelerMemberSubject

  @Option(help: "What the member may do: verifier, triage, moderator, or admin.")
  var role: MemberRole?

  @Flag(inversion: .prefixedEnableDisable, help: "Enable or disable the member.")
  var access: Bool?

  func validate() throws {
    if role == nil, access == nil {
      throw ValidationError("pass --role, --enable-access, or --disable-access")
    }
  }

  func run() async throws {
    let did = try await subject.did()
    let member = try await subject.options.moderating { client, _ in
      try await client.toolsOzone.team.updateMember(
        ToolsOzone.Team.UpdateMember.Input(
          did: did,
          disabled: access.map { !$0 },
          role: role.map { ToolsOzone.Team.UpdateMember.Input.Role($0.token) }
        )
      )
    }
    subject.options.output.print(member)
  }
}

struct LabelerMemberRemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove an account from the team.",
    discussion: #"With --json: {"removed"}, the DID."#,
    aliases: ["rm"]
  )

  @OptionGroup var subject: LabelerMemberSubject

  func run() async throws {
    let did = try await subject.did()
    try await subject.options.moderating { client, _ in
      try await client.toolsOzone.team.deleteMember(ToolsOzone.Team.DeleteMember.Input(did: did))
    }
    subject.options.output.print(
      ["removed": .string(did.string)],
      orText: "removed  \(did.string)"
    )
  }
}

extension OutputOptions {
  fileprivate func print(_ member: ToolsOzone.Team.Defs.Member) {
    let role = member.role.rawValue.split(separator: "#role").last?.lowercased() ?? "?"
    var columns = [member.did.string, role]
    if member.disabled == true { columns.append("disabled") }
    print(member.dataValue, orText: columns.joined(separator: "  "))
  }
}
