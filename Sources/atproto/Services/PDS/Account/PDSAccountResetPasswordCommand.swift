import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct PDSAccountResetPasswordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset-password",
    abstract: "Change an account's password, and end its sessions.",
    discussion: """
      Generates and prints a password unless you pass one. With --json: {"did", "password"}.
      """
  )

  @OptionGroup var subject: PDSAccountSubject
  @OptionGroup var chosen: ChosenPassword
  @OptionGroup var options: OperatorOptions

  func run() async throws {
    let (password, isGenerated) = try chosen.password()
    try await options.administer { server in
      let did = try await server.did(of: subject.account)
      try await server.client.comAtproto.admin.updateAccountPassword(
        ComAtproto.Admin.UpdateAccountPassword.Input(did: did, password: password)
      )
      options.print([("did", did.string)] + (isGenerated ? [("password", password)] : []))
    }
  }
}
