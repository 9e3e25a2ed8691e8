import ArgumentParser

struct PLCCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plc",
    abstract: "Directories of did:plc identities: one of our own, and questions to any.",
    subcommands: [PLCServeCommand.self, PLCLogCommand.self, PLCVerifyCommand.self]
  )
}
