import ArgumentParser

struct ManCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man",
    abstract: "Prints the manual page.",
    discussion: """
        lexgen man | man -l -
        lexgen man > ~/.local/share/man/man1/lexgen.1
      """
  )

  func run() throws {
    print(try ManualPage(commandHelp: Lexgen._dumpHelp()).text, terminator: "")
  }
}
