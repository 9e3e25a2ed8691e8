import ArgumentParser
package import LexiconProject

/// The options that choose the documents of a command.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Read these directories and files.",
      discussion: "Directories are searched for .json, .yaml, and .yml files; JSON and YAML that "
        + "is not a Lexicon document is skipped. - is a document from standard input. Default: "
        + "'inputs' in lexgen.yaml."
    )
  )
  var inputs: [String] = []

  @Option(
    help: ArgumentHelp(
      "Treat the document from standard input as this file: its path decides the format and is "
        + "reported.",
      valueName: "path"
    ),
    completion: .file(extensions: ["json", "yaml", "yml"])
  )
  var stdinPath: String?

  @Option(
    help: ArgumentHelp(
      "Only resolve references with the documents in this directory or file; repeatable.",
      discussion:
        "They get no advice, and they are generated only if a selected document refers to "
        + "them and no imported module has their types. Default: 'references' in lexgen.yaml.",
      valueName: "path"
    ),
    completion: .directory
  )
  var refs: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Take only this NSID, or all NSIDs below a prefix (app.bsky.feed.*), and everything they "
        + "refer to.",
      valueName: "nsid"
    )
  )
  var include: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Leave out this NSID, or all NSIDs below a prefix, unless a selected document refers to it.",
      valueName: "nsid"
    )
  )
  var exclude: [String] = []

  @Option(
    name: [.short, .customLong("config")],
    help: ArgumentHelp(
      "Use this configuration file. Default: lexgen.yaml in the current directory, if it exists.",
      valueName: "file"
    ),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var configuration: String?

  @Option(
    name: .customLong("import"),
    help: ArgumentHelp(
      "Import the types of a module generated elsewhere, from the directory of its documents or "
        + "from the lexgen.yaml that generates it.",
      valueName: "module=path"
    )
  )
  var imports: [ImportedModule] = []

  @Option(
    help: ArgumentHelp(
      "Require that paths below this directory spell the NSIDs of the documents; repeatable.",
      discussion: "The paths alone then decide the names of the generated files, as build plugins "
        + "require. lexgen.yaml is read only if passed with --config.",
      valueName: "directory"
    )
  )
  var root: [String] = []

  @OptionGroup var language: FeatureOptions

  var selection: InputSelection {
    InputSelection(
      inputs: inputs,
      standardInputPath: stdinPath,
      references: refs,
      include: include,
      exclude: exclude,
      configuration: configuration,
      imports: imports,
      roots: root,
      features: language.features
    )
  }
}

extension ImportedModule: ExpressibleByArgument {
  package init?(argument: String) {
    self.init(argument)
  }
}
