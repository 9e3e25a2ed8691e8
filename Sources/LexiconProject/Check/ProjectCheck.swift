import ATProtoSyntax
package import Lexicon
import LexiconCompiler

/// The steps that all commands share: configuration, input, check, and selection.
package struct ProjectCheck {
  package let sources: ProjectSources
  /// The configuration, with the modules that the command line imports.
  package let configuration: ProjectConfiguration
  package let checked: CheckedCatalog
  /// The selected documents and those that they refer to, sorted by NSID.
  package let documents: [LexiconDocument]
  /// The readable parts of documents with errors and of documents that depend on them, if they are
  /// selected by name.
  package let drafts: [LexiconDocument]
  /// Documents whose types another module declares.
  package let external: [LexiconDocument]
  /// Everything to report except advice, sorted.
  package let diagnostics: [Diagnostic]
  /// With `--root`: the layout that follows from the paths of the documents.
  package let layout: RootedLayout?

  package init(_ options: InputSelection) throws(CommandFailure) {
    try self.init(ProjectSources(options))
  }

  package init(_ sources: ProjectSources) throws(CommandFailure) {
    self.sources = sources
    let options = sources.options
    var configuration = sources.configuration
    let imported = CheckedCatalog.check(sources.importedFiles)
    var external = imported.catalog.documents
    var importDiagnostics = imported.diagnostics
    for module in sources.importedModules {
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
    checked = CheckedCatalog.check(sources.files, external: external)

    let selection = configuration.selection(options)
    documents = try selection.documents(of: checked)
    drafts = checked.drafts.filter { selection.takes($0.id.value.string) }
    let layout =
      options.roots.isEmpty
      ? nil : RootedLayout(roots: options.roots, paths: sources.paths + sources.files.map(\.path))
    let externalModules = configuration.options.externalModules
    let misplaced =
      layout?.diagnostics(checked.catalog.documents, externalModules: externalModules) ?? []
    self.layout = layout
    // With a root, the layout reports the same finding as an error.
    let found = checked.diagnostics.filter { layout == nil || $0.rule != RootedLayout.pathRule }
    let declaredTwice =
      layout == nil ? RootedLayout.declaredElsewhere(documents, externalModules) : []
    diagnostics =
      (sources.diagnostics + importDiagnostics + found + misplaced + declaredTwice).sorted()
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The lines that ``report()`` prints if there are no errors.
  package var warnings: [String] {
    diagnostics.filter { $0.severity == .warning }.map(\.description)
  }

  /// The documents in another selection, and those that they refer to.
  package func documents(
    _ selection: ProjectSelection
  ) throws(CommandFailure) -> [LexiconDocument] {
    try selection.documents(of: checked)
  }

  /// Prints errors and warnings to standard error.
  package func report() {
    for diagnostic in diagnostics where diagnostic.severity != .note {
      Terminal.error(diagnostic.description)
    }
    let errors = diagnostics.filter { $0.severity == .error }.count
    if errors > 0 {
      let valid = Terminal.validDocuments(
        checked.catalog.documents.count,
        of: sources.files.count
      )
      Terminal.error("\(Terminal.count(errors, "error")); \(valid)")
    }
  }
}
