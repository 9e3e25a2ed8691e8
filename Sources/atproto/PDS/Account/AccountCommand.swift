import ArgumentParser

struct AccountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Accounts of a running server, for its operator.",
    discussion: """
      An account is named by its DID, its handle or its e-mail address. The server is called as its \
      administrator, over HTTPS or on this machine.
      """,
    subcommands: [
      AccountListCommand.self, AccountInfoCommand.self, AccountCreateCommand.self,
      AccountDeleteCommand.self, AccountTakedownCommand.self, AccountUntakedownCommand.self,
      AccountResetPasswordCommand.self, AccountInviteCommand.self,
    ]
  )
}
