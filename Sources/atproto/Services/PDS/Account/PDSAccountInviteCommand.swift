import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct PDSAccountInviteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create-invite-code",
    abstract: "Create an invite code.",
    discussion: #"With --json: {"code"}."#
  )

  @Option(help: ArgumentHelp("How many accounts it can create.", valueName: "count"))
  var uses = 1

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "The account that owns the code; default: the administrator.",
      valueName: "account"
    )
  )
  var account: String?

  @OptionGroup var options: OperatorOptions

  func validate() throws {
    if uses < 1 { throw ValidationError("--uses must be at least 1") }
  }

  func run() async throws {
    try await options.administer { server in
      var owner = nil as FormatString<DID>?
      if let account { owner = try await server.did(of: account) }
      let code = try await server.inviteCode(uses: uses, account: owner)
      options.output.print(["code": .string(code)], orText: code)
    }
  }
}
