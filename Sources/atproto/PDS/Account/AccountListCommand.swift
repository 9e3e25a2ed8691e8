import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct AccountListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists accounts by DID: the DID, the handle and the e-mail address."
  )

  @Option(help: "Only accounts with this e-mail address.")
  var email: String?

  @Option(help: "Stops after so many accounts.")
  var limit: Int?

  @OptionGroup var options: OperatorOptions

  private static let page = 100

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  func run() async throws {
    try await options.reporting { server in
      let pages = server.client.pages(
        ComAtproto.Admin.SearchAccounts.self,
        ComAtproto.Admin.SearchAccounts.Parameters(
          email: email,
          limit: min(limit ?? Self.page, Self.page)
        ),
        from: \.cursor,
        to: \.cursor
      )
      var count = 0
      for try await account in pages.items(\.accounts) {
        if options.json {
          Console.json(account.summary)
        } else {
          let columns = [account.did.string, account.handle.string, account.email ?? "-"]
          Console.line(columns.joined(separator: "  ").withoutControls)
        }
        count += 1
        if count == limit { return }
      }
    }
  }
}

extension ComAtproto.Admin.Defs.AccountView {
  /// What the operator is shown of an account, in JSON.
  var summary: DataValue {
    var object: DataObject = [
      "did": .string(did.string), "handle": .string(handle.string),
      "createdAt": .string(indexedAt.string),
    ]
    object["email"] = email.map { .string($0) }
    object["emailConfirmedAt"] = emailConfirmedAt.map { .string($0.string) }
    object["deactivatedAt"] = deactivatedAt.map { .string($0.string) }
    object["invitedBy"] = invitedBy.map { .string($0.createdBy) }
    return .object(object)
  }
}
