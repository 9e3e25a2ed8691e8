import ArgumentParser

/// The arguments of all commands that read one CAR file.
struct RepoFileOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The CAR file of the repository.", valueName: "file.car"))
  var file: String

  @OptionGroup var output: OutputOptions
}
