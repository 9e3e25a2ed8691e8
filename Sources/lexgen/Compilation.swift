import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconCompiler

/// What the commands share: configuration, input, check and selection.
struct Compilation {
  let configuration: ProjectConfiguration
  let checked: CheckedCatalog
  /// The selected documents, what they refer to included, sorted by NSID.
  let documents: [LexiconDocument]
  /// Documents whose types another module declares.
  let external: [LexiconDocument]
  /// Everything to report, sorted.
  let diagnostics: [Diagnostic]
  let fileCount: Int
  /// Where the paths of the documents decide the names of the output.
  let layout: RootedLayout?

  init(_ options: InputOptions) throws {
    var configuration = try ProjectConfiguration.load(
      options.configuration,
      lookingHere: options.root == nil
    )
    let inputs = options.inputs.isEmpty ? configuration.inputs : options.inputs
    guard !inputs.isEmpty else {
      throw ValidationError(
        "No input: name folders or files, or list them under 'inputs' in lexgen.yaml."
      )
    }
    let reader = InputReader(inputs)
    let imported = InputReader(configuration.imports.flatMap(\.lexicons))
    let importedCatalog = CheckedCatalog.check(imported.files)
    var external = importedCatalog.catalog.documents
    for module in options.imports {
      let documents = try module.documents()
      for document in documents {
        let authority = NSIDPath(document.id.value.string).authority
        configuration.options.externalModules[authority] = module.name
      }
      external += documents
    }
    self.configuration = configuration
    self.external = external
    checked = CheckedCatalog.check(reader.files, external: external)
    fileCount = reader.files.count

    let include = options.include.isEmpty ? configuration.include : options.include
    let exclude = options.exclude.isEmpty ? configuration.exclude : options.exclude
    let selection = Selection(include: include, exclude: exclude)
    try selection.refuseWhatMatchesNothing(in: checked.catalog.documents)
    var own = checked.catalog.documents
    if !selection.takesEverything {
      let roots = own.map(\.id.value).filter { selection.takes($0.string) }
      let closure = Set(checked.closure(of: roots).map(\.string))
      own = own.filter { closure.contains($0.id.value.string) }
    }
    documents = own
    let layout = options.root.map { root in
      RootedLayout(root: root, paths: inputs + reader.files.map(\.path))
    }
    let misplaced =
      layout?.diagnostics(
        checked.catalog.documents,
        externalModules: configuration.options.externalModules
      ) ?? []
    self.layout = layout
    // With a root the same is an error.
    let found = checked.diagnostics.filter { layout == nil || $0.rule != RootedLayout.pathRule }
    let declaredTwice =
      layout == nil
      ? RootedLayout.declaredElsewhere(own, configuration.options.externalModules) : []
    diagnostics =
      (reader.diagnostics + imported.diagnostics + importedCatalog.diagnostics + found + misplaced
      + declaredTwice)
      .sorted { ($0.location, $0.rule) < ($1.location, $1.rule) }
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Prints what was found, errors and warnings to standard error.
  func report() {
    for diagnostic in diagnostics where diagnostic.severity != .note {
      Terminal.error(diagnostic.description)
    }
    let errors = diagnostics.filter { $0.severity == .error }.count
    if errors > 0 {
      Terminal.error(
        "\(errors) error\(errors == 1 ? "" : "s"); "
          + "\(checked.catalog.documents.count) of \(fileCount) files are documents without one"
      )
    }
  }
}

/// Which NSIDs are taken as roots.
struct Selection {
  var include: [String]
  var exclude: [String]

  var takesEverything: Bool { include.isEmpty && exclude.isEmpty }

  func takes(_ nsid: String) -> Bool {
    (include.isEmpty || include.contains { matches($0, nsid) })
      && !exclude.contains { matches($0, nsid) }
  }

  /// A pattern that selects nothing is a mistake, and acting on it would remove what was generated.
  func refuseWhatMatchesNothing(in documents: [LexiconDocument]) throws {
    for pattern in include + exclude
    where !documents.contains(where: { matches(pattern, $0.id.value.string) }) {
      throw ValidationError("'\(pattern)' matches no document without errors.")
    }
  }

  /// `app.bsky.feed.*` takes all below the prefix; a full NSID takes itself.
  private func matches(_ pattern: String, _ nsid: String) -> Bool {
    guard pattern.hasSuffix(".*") else { return pattern == nsid }
    return nsid.hasPrefix(pattern.dropLast())
  }
}
