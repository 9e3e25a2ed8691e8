import ATProtoSyntax
import ArgumentParser
import Lexicon

/// The options that choose the documents of a command.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Read these directories and files.",
      discussion: "Directories are searched for .json, .yaml, and .yml files; JSON and YAML that "
        + "is not a Lexicon document is skipped. Default: 'inputs' in lexgen.yaml."
    )
  )
  var inputs: [String] = []

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

  /// Whether the command line leaves the choice of documents to the configuration.
  var selectsNothing: Bool {
    inputs.isEmpty && include.isEmpty && exclude.isEmpty && root.isEmpty
  }
}

/// Which documents of a catalog to select: NSIDs (`app.bsky.feed.post`) or prefixes
/// (`app.bsky.feed.*`).
struct Selection {
  /// Selects everything if empty.
  var include: [String]
  var exclude: [String]

  func takes(_ nsid: String) -> Bool {
    (include.isEmpty || include.contains { matches($0, nsid) })
      && !exclude.contains { matches($0, nsid) }
  }

  /// The selected documents and everything that they refer to, sorted by NSID.
  ///
  /// - Throws: a validation error for a pattern that matches nothing: a misspelled pattern would
  ///   remove previously generated files.
  func documents(of checked: CheckedCatalog) throws -> [LexiconDocument] {
    let all = checked.catalog.documents
    for pattern in include + exclude
    where !all.contains(where: { matches(pattern, $0.id.value.string) }) {
      throw ValidationError("'\(pattern)' does not match any document without errors.")
    }
    if include.isEmpty && exclude.isEmpty { return all }
    let roots = all.map(\.id.value).filter { takes($0.string) }
    let closure = Set(checked.closure(of: roots).map(\.string))
    return all.filter { closure.contains($0.id.value.string) }
  }

  private func matches(_ pattern: String, _ nsid: String) -> Bool {
    guard pattern.hasSuffix(".*") else { return pattern == nsid }
    return nsid.hasPrefix(pattern.dropLast())
  }
}
