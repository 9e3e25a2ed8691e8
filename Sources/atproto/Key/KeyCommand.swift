import ArgumentParser

struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Keys of the protocol.",
    subcommands: [KeyGenerateCommand.self, KeyInspectCommand.self]
  )
}
