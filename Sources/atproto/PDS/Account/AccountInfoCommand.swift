import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct AccountInfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Tells what the server knows of an account."
  )

  @Argument(help: "A DID, a handle or an e-mail address.")
  var account: String

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.reporting { server in
      let did = try await server.did(of: account)
      let admin = server.client.comAtproto.admin
      let info = try await admin.getAccountInfo(
        ComAtproto.Admin.GetAccountInfo.Parameters(did: did)
      )
      let takedown = try await admin.getSubjectStatus(
        ComAtproto.Admin.GetSubjectStatus.Parameters(did: did)
      ).takedown
      if options.json {
        guard case .object(var object) = info.summary else { return }
        object["isTakenDown"] = .boolean(takedown?.applied ?? false)
        Console.json(.object(object))
        return
      }
      var table = TextTable()
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
          code.disabled ? "disabled" : "\(code.available) uses, \(code.uses.count) of them made"
        table.add("invite code", "\(code.code) (\(state))")
      }
      table.print()
    }
  }
}
