import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconCompiler

/// Everything that a command reads before it starts to work. The output depends only on this, the
/// command line, and the program itself.
struct CompilationInput {
  let configuration: ProjectConfiguration
  /// Directories and files as named by the user.
  let paths: [String]
  let files: [SourceFile]
  /// Documents of the modules that `lexgen.yaml` lists under `imports`.
  let importedFiles: [SourceFile]
  /// Modules named on the command line.
  let importedModules: [ImportedModule.Source]
  /// Read errors.
  let diagnostics: [Diagnostic]

  init(_ options: InputOptions) throws {
    configuration = try ProjectConfiguration.load(
      options.configuration,
      lookingHere: options.root.isEmpty
    )
    paths = options.inputs.isEmpty ? configuration.inputs : options.inputs
    guard !paths.isEmpty else {
      throw ValidationError(
        "No input: pass directories or files, or list them under 'inputs' in lexgen.yaml."
      )
    }
    try configuration.refuseOtherRoots(options.root)
    let own = InputReader(paths)
    let imported = InputReader(configuration.imports.flatMap(\.lexicons))
    files = own.files
    importedFiles = imported.files
    importedModules = try ImportedModule.read(options.imports)
    diagnostics =
      own.diagnostics + imported.diagnostics + importedModules.flatMap(\.diagnostics)
  }
}

/// The steps that most commands share: configuration, input, check, and selection.
struct Compilation {
  let configuration: ProjectConfiguration
  let checked: CheckedCatalog
  /// The selected documents and those that they refer to, sorted by NSID.
  let documents: [LexiconDocument]
  /// The readable parts of documents with errors and of documents that depend on them, if they are
  /// selected by name.
  let drafts: [LexiconDocument]
  /// Documents whose types another module declares.
  let external: [LexiconDocument]
  /// Everything to report, sorted.
  let diagnostics: [Diagnostic]
  let fileCount: Int
  /// With `--root`: the layout that follows from the paths of the documents.
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
        configuration.import(document.id.value.namespaceRoot, from: module.name)
      }
      external += documents
    }
    self.configuration = configuration
    self.external = external
    checked = CheckedCatalog.check(input.files, external: external)
    fileCount = input.files.count

    let selection = Selection(
      include: options.include.isEmpty ? configuration.include : options.include,
      exclude: options.exclude.isEmpty ? configuration.exclude : options.exclude
    )
    documents = try selection.documents(of: checked)
    drafts = checked.drafts.filter { selection.takes($0.id.value.string) }
    let layout =
      options.root.isEmpty
      ? nil : RootedLayout(roots: options.root, paths: input.paths + input.files.map(\.path))
    let externalModules = configuration.options.externalModules
    let misplaced =
      layout?.diagnostics(checked.catalog.documents, externalModules: externalModules) ?? []
    self.layout = layout
    // With a root, the layout reports the same finding as an error.
    let found = checked.diagnostics.filter { layout == nil || $0.rule != RootedLayout.pathRule }
    let declaredTwice =
      layout == nil ? RootedLayout.declaredElsewhere(documents, externalModules) : []
    diagnostics =
      (input.diagnostics + importDiagnostics + found + misplaced + declaredTwice).sorted()
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The lines that ``report()`` prints if there are no errors.
  var warnings: [String] {
    diagnostics.filter { $0.severity == .warning }.map(\.description)
  }

  /// The documents in another selection, and those that they refer to.
  func documents(_ selection: Selection) throws -> [LexiconDocument] {
    try selection.documents(of: checked)
  }

  /// Prints errors and warnings to standard error.
  func report() {
    for diagnostic in diagnostics where diagnostic.severity != .note {
      Terminal.error(diagnostic.description)
    }
    let errors = diagnostics.filter { $0.severity == .error }.count
    if errors > 0 {
      let valid = Terminal.validDocuments(checked.catalog.documents.count, of: fileCount)
      Terminal.error("\(Terminal.count(errors, "error")); \(valid)")
    }
  }
}
