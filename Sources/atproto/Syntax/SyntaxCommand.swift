import ArgumentParser

struct SyntaxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "syntax",
    abstract: "The string formats of the Lexicon language.",
    subcommands: [SyntaxCheckCommand.self]
  )
}
