import ArgumentParser

struct RepoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo",
    abstract: "Looks into repositories in CAR files.",
    discussion: """
      Tables are for people; with --json there is one JSON object a line. Every block's hash is \
      checked. The exit code is 1 where a file is refused.
      """,
    subcommands: [
      InspectCommand.self, ListCommand.self, GetCommand.self, VerifyCommand.self,
      DiffCommand.self, ExportCommand.self,
    ]
  )
}

/// What all commands about one file take.
struct RepoFileOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The repository.", valueName: "file.car"))
  var file: String

  @Flag(help: "One JSON object a line, for programs.")
  var json = false
}
