import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct AccountInviteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create-invite-code",
    abstract: "Makes an invite code."
  )

  @Option(help: "How many accounts can be made with it.")
  var uses = 1

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "The account that gives it on; the operator otherwise.",
      valueName: "account"
    )
  )
  var account: String?

  @OptionGroup var options: OperatorOptions

  func validate() throws {
    if uses < 1 { throw ValidationError("--uses is at least 1") }
  }

  func run() async throws {
    try await options.reporting { server in
      var owner = nil as FormatString<DID>?
      if let account { owner = try await server.did(of: account) }
      let code = try await server.inviteCode(uses: uses, account: owner)
      if options.json {
        options.print([("code", code)])
      } else {
        Console.line(code.withoutControls)
      }
    }
  }
}
