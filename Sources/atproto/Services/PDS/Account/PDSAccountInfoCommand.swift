import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct PDSAccountInfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show what the server knows about an account.",
    discussion: """
      With --json: {"did", "handle", "email", "emailConfirmedAt", "createdAt", "deactivatedAt", \
      "invitedBy", "isTakenDown"}.
      """
  )

  @OptionGroup var subject: PDSAccountSubject
  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.administer { server in
      let did = try await server.did(of: subject.account)
      let admin = server.client.comAtproto.admin
      let info = try await admin.getAccountInfo(
        ComAtproto.Admin.GetAccountInfo.Parameters(did: did)
      )
      let takedown = try await admin.getSubjectStatus(
        ComAtproto.Admin.GetSubjectStatus.Parameters(did: did)
      ).takedown
      var summary = info.summary
      summary["isTakenDown"] = .boolean(takedown?.applied ?? false)
      options.output.print(.object(summary)) { table in
        table.add("did", info.did.string)
        table.add("handle", info.handle.string)
        table.add("email", info.email ?? "-")
        table.add("confirmed", info.emailConfirmedAt?.string ?? "no")
        table.add("created", info.indexedAt.string)
        if let since = info.deactivatedAt { table.add("deactivated", since.string) }
        if let takedown, takedown.applied { table.add("taken down", takedown.ref ?? "yes") }
        if let code = info.invitedBy { table.add("invited by", code.createdBy) }
        for code in info.invites ?? [] {
          let state =
            code.disabled ? "disabled" : "used \(code.uses.count) of \(code.available) times"
          table.add("invite code", "\(code.code) (\(state))")
        }
      }
    }
  }
}

extension ComAtproto.Admin.Defs.AccountView {
  /// The account in the JSON output of commands.
  var summary: DataObject {
    var object: DataObject = [
      "did": .string(did.string), "handle": .string(handle.string),
      "createdAt": .string(indexedAt.string),
    ]
    object["email"] = email.map { .string($0) }
    object["emailConfirmedAt"] = emailConfirmedAt.map { .string($0.string) }
    object["deactivatedAt"] = deactivatedAt.map { .string($0.string) }
    object["invitedBy"] = invitedBy.map { .string($0.createdBy) }
    return object
  }
}
