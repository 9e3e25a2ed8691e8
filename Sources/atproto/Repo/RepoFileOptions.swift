import ArgumentParser

/// What all commands about one CAR file take.
struct RepoFileOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The CAR file of the repository.", valueName: "file.car"))
  var file: String

  @OptionGroup var output: OutputOptions
}
