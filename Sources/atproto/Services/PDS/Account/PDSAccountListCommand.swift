import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct PDSAccountListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List accounts in the order of their DIDs, with handle and email.",
    discussion: """
      With --json, one line per account: {"did", "handle", "email", "emailConfirmedAt", \
      "createdAt", "deactivatedAt", "invitedBy"}.
      """,
    aliases: ["ls"]
  )

  @Option(help: "List only accounts with this email.")
  var email: String?

  @Option(help: ArgumentHelp("Stop after this many accounts.", valueName: "count"))
  var limit: Int?

  @OptionGroup var options: OperatorOptions

  private static let page = 100

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    try await options.administer { server in
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
        let columns = [account.did.string, account.handle.string, account.email ?? "-"]
        options.output.print(.object(account.summary), orText: columns.joined(separator: "  "))
        count += 1
        if count == limit { return }
      }
    }
  }
}
