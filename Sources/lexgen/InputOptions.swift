import ArgumentParser

/// Which documents a command works on.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Folders and files to read.",
      discussion: "Folders are searched for .json, .yaml and .yml; JSON and YAML that is not a "
        + "Lexicon document is passed over."
    )
  )
  var inputs: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Take only this NSID, or all under a prefix (app.bsky.feed.*), with what it refers to.",
      valueName: "nsid"
    )
  )
  var include: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Leave this NSID, or all under a prefix, out, unless something taken refers to it.",
      valueName: "nsid"
    )
  )
  var exclude: [String] = []

  @Option(
    name: [.short, .customLong("config")],
    help: ArgumentHelp("Configuration file; lexgen.yaml here where it exists.", valueName: "file")
  )
  var configuration: String?

  @Option(
    name: .customLong("import"),
    help: ArgumentHelp(
      "A module generated elsewhere, and the folder of its documents or the lexgen.yaml that it "
        + "was generated with.",
      valueName: "module=path"
    )
  )
  var imports: [ImportedModule] = []

  @Option(
    help: ArgumentHelp(
      "Folder below which the path of every document spells its NSID; may be repeated.",
      discussion: "The names of the files generated then follow from these paths alone, as a "
        + "build plugin needs it. No lexgen.yaml is read but one given with --config.",
      valueName: "folder"
    )
  )
  var root: [String] = []
}
