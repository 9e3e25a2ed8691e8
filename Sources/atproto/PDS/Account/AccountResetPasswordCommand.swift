import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct AccountResetPasswordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset-password",
    abstract: "Gives an account another password, and ends its sessions.",
    discussion: "Prints the password, unless it was given."
  )

  @Argument(help: "A DID, a handle or an e-mail address.")
  var account: String

  @Option(help: ArgumentHelp("A file whose first line is the password.", valueName: "file"))
  var passwordFile: String?

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.reporting { server in
      let given = try passwordFile.map(PasswordPrompt.firstLine)
      let password = given ?? PasswordPrompt.generated()
      let did = try await server.did(of: account)
      try await server.client.comAtproto.admin.updateAccountPassword(
        ComAtproto.Admin.UpdateAccountPassword.Input(did: did, password: password)
      )
      options.print([("did", did.string)] + (given == nil ? [("password", password)] : []))
    }
  }
}
