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
  /// What could be read of documents with errors, and of those that depend on them, as far as they
  /// are selected by name.
  let drafts: [LexiconDocument]
  /// Documents whose types another module declares.
  let external: [LexiconDocument]
  /// Everything to report, sorted.
  let diagnostics: [Diagnostic]
  let fileCount: Int
  /// Where the paths of the documents decide the names of the output.
  let layout: RootedLayout?

  init(_ options: InputOptions) throws {
    try self.init(CompilationInput(options), options)
  }

  init(_ input: CompilationInput, _ options: InputOptions) throws {
    var configuration = input.configuration
    let imported = CheckedCatalog.check(input.importedFiles)
    var external = imported.catalog.documents
    var importDiagnostics = imported.diagnostics
    for module in input.importedModules {
      let checked = CheckedCatalog.check(module.files)
      importDiagnostics += checked.diagnostics
      let documents = module.documents(of: checked)
      for document in documents {
        let authority = NSIDPath(document.id.value.string).authority
        configuration.options.externalModules[authority] = module.name
      }
      external += documents
    }
    self.configuration = configuration
    self.external = external
    checked = CheckedCatalog.check(input.files, external: external)
    fileCount = input.files.count

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
    drafts = checked.drafts.filter { selection.takes($0.id.value.string) }
    let layout =
      options.root.isEmpty
      ? nil : RootedLayout(roots: options.root, paths: input.paths + input.files.map(\.path))
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
      (input.diagnostics + importDiagnostics + found + misplaced + declaredTwice).sorted()
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// What `report` prints where there are no errors.
  var warnings: [String] {
    diagnostics.filter { $0.severity == .warning }.map(\.description)
  }

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
