import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct PDSAccountCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Create an account, with an invite code if the server requires one.",
    discussion: """
      Generates and prints a password unless you pass one. With --json: {"did", "handle", \
      "password"}.
      """
  )

  @Argument(help: "The handle, under one of the server's domains.")
  var handle: String

  @Argument(help: "The account's email.")
  var email: String

  @OptionGroup var chosen: ChosenPassword
  @OptionGroup var options: OperatorOptions

  func run() async throws {
    let (password, isGenerated) = try chosen.password()
    try await options.administer { server in
      let description = try await server.anonymous.comAtproto.server.describeServer()
      let code = description.inviteCodeRequired == true ? try await server.inviteCode(uses: 1) : nil
      let made = try await server.anonymous.comAtproto.server.createAccount(
        ComAtproto.Server.CreateAccount.Input(
          email: email,
          handle: FormatString(handle),
          inviteCode: code,
          password: password
        )
      )
      options.print(
        [("did", made.did.string), ("handle", made.handle.string)]
          + (isGenerated ? [("password", password)] : [])
      )
    }
  }
}
