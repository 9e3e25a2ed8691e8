import ArgumentParser

struct PDSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pds",
    abstract: "A Personal Data Server.",
    subcommands: [
      ServeCommand.self, AccountCommand.self, BackupCommand.self, CheckCommand.self,
    ]
  )
}
