import ATProtoSyntax
package import Lexicon
import LexiconCompiler

/// The steps that all commands share: configuration, input, check, and selection.
package struct ProjectCheck {
  package let sources: ProjectSources
  /// The configuration, with the modules that the command line imports.
  package let configuration: ProjectConfiguration
  package let checked: CheckedCatalog
  /// The selection of the command line or the configuration.
  package let selection: ProjectSelection
  /// The NSIDs of the selected documents, with or without errors.
  package let roots: [String]
  /// The selected documents and everything that they refer to.
  package let reach: DocumentReach
  /// The valid documents of the selection, and those that they refer to, sorted by NSID.
  package let documents: [LexiconDocument]
  /// Documents whose types another module declares.
  package let external: [LexiconDocument]
  /// Everything to report about the selection except advice, sorted.
  package let diagnostics: [Diagnostic]
  /// With `--root`: the layout that follows from the paths of the documents.
  package let layout: RootedLayout?

  /// - Parameter rules: settings of rules in addition to those of the configuration.
  package init(
    _ options: InputSelection,
    rules: [RuleSettings.Entry] = []
  ) throws(CommandFailure) {
    try self.init(ProjectSources(options), rules: rules)
  }

  /// - Parameters:
  ///   - rules: settings of rules in addition to those of the configuration.
  ///   - catalog: the result of checking the files of the sources; nil to check them.
  package init(
    _ sources: ProjectSources,
    rules: [RuleSettings.Entry] = [],
    checked catalog: CheckedCatalog? = nil
  ) throws(CommandFailure) {
    self.sources = sources
    let options = sources.options
    var configuration = sources.configuration
    configuration.checks.rules.entries += rules
    let imported = CheckedCatalog.check(sources.importedFiles, features: sources.features)
    var external = imported.catalog.documents
    var importDiagnostics = imported.diagnostics
    for module in sources.importedModules {
      let checked = CheckedCatalog.check(module.files, features: sources.features)
      importDiagnostics += checked.diagnostics
      let documents = module.documents(of: checked)
      for document in documents {
        configuration.import(document.id.value.namespaceRoot, from: module.name)
      }
      external += documents
    }
    self.configuration = configuration
    self.external = external
    let checked =
      catalog
      ?? CheckedCatalog.check(sources.files, external: external, features: sources.features)
    self.checked = checked

    let selection = configuration.selection(options)
    let roots = try selection.roots(in: checked)
    let reach = checked.reach(
      from: roots,
      others: selection.unnamed(in: checked, named: sources.named)
    )
    let externalModules = configuration.options.externalModules
    let own = Set(checked.ownNSIDs)
    documents = Self.documents(of: checked, in: reach, externalModules)
    let ownDocuments = documents.filter { own.contains($0.id.value.string) }
    // References that are reached become part of the target, too.
    let layout =
      options.roots.isEmpty
      ? nil
      : RootedLayout(
        roots: options.roots + configuration.references + options.references,
        paths: sources.paths + sources.files.map(\.file.path)
      )
    let misplaced =
      layout?.diagnostics(documents, externalModules: externalModules)
      ?? RootedLayout.declaredElsewhere(ownDocuments, externalModules)
    let remedies = Remedies(configuration, options)
    // With a root, the layout reports the same finding as an error.
    let found = checked.diagnostics(within: reach, remedy: remedies.text)
      .filter { layout == nil || $0.rule != RootedLayout.pathRule }
    let unread = sources.diagnostics.filter { diagnostic in
      let path = diagnostic.location.path
      return DiagnosticRule.isAboutUnknownDocuments(diagnostic)
        || sources.named.contains(path) || selection.takesFile(path)
    }
    diagnostics = (unread + importDiagnostics + found + misplaced).sorted()
    self.selection = selection
    self.roots = roots
    self.reach = reach
    self.layout = layout
  }

  /// Whether findings in a document are reported if it exists: the document is selected, or a
  /// selected document refers to it.
  package func covers(_ nsid: String) -> Bool {
    selection.isEmpty || selection.takes(nsid) || reach.nsids.contains(nsid)
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The lines that ``report(isQuiet:)`` prints if there are no errors.
  package var warnings: [String] {
    diagnostics.filter { $0.severity == .warning }.map(\.description)
  }

  /// The number of documents that have errors and are not part of the selection.
  package var brokenOthers: Int {
    let own = Set(checked.ownNSIDs)
    let broken = checked.removed.count { removed in
      own.contains(removed.string) && !reach.nsids.contains(removed.string)
    }
    return broken + checked.unnamedErrors.subtracting(reach.paths).count
  }

  /// The valid documents in another selection, and those that they refer to, without those whose
  /// types another module declares.
  ///
  /// - Throws: the errors in the selected documents.
  package func documents(
    _ selection: ProjectSelection
  ) throws(CommandFailure) -> [LexiconDocument] {
    let roots = try selection.roots(in: checked)
    let reach = checked.reach(from: roots, others: selection.unnamed(in: checked))
    let errors = checked.diagnostics(within: reach).filter { $0.severity == .error }
    guard errors.isEmpty || self.reach.paths.isSuperset(of: reach.paths) else {
      throw CommandFailure("", status: CommandFailure.findings, diagnostics: errors)
    }
    return Self.documents(of: checked, in: reach, configuration.options.externalModules)
  }

  /// The valid documents that are reached, without those whose types another module declares.
  private static func documents(
    of checked: CheckedCatalog,
    in reach: DocumentReach,
    _ externalModules: [String: String]
  ) -> [LexiconDocument] {
    let own = Set(checked.ownNSIDs)
    return checked.catalog.documents.filter { document in
      let nsid = document.id.value
      return reach.nsids.contains(nsid.string)
        && (own.contains(nsid.string) || externalModules[nsid.namespaceRoot] == nil)
    }
  }

  /// Prints errors and warnings to standard error.
  package func report(isQuiet: Bool = false) {
    for diagnostic in diagnostics where diagnostic.severity != .note {
      Terminal.error(diagnostic.description)
    }
    let errors = diagnostics.filter { $0.severity == .error }.count
    if errors > 0 {
      Terminal.error("\(Terminal.count(errors, "error")); \(validity)")
    }
    if !isQuiet { reportOthers() }
  }

  /// Says that other documents have errors, which do not count.
  package func reportOthers() {
    guard brokenOthers > 0 else { return }
    let others = "\(brokenOthers) other document\(brokenOthers == 1 ? " has" : "s have") errors"
    let they = brokenOthers == 1 ? "it is" : "they are"
    Terminal.progress("\(others); \(they) not part of the selection")
  }

  /// `3 of 4 documents are valid`
  private var validity: String {
    let (valid, broken) = documentCounts
    let all = Terminal.count(valid + broken, "document")
    return "\(valid) of \(all) \(valid == 1 ? "is" : "are") valid"
  }

  /// The numbers of the project's own documents in the selection, without and with errors.
  package var documentCounts: (valid: Int, broken: Int) {
    let own = Set(checked.ownNSIDs)
    let valid = documents.count { own.contains($0.id.value.string) }
    let broken = checked.removed.count { removed in
      own.contains(removed.string) && reach.nsids.contains(removed.string)
    }
    return (valid, broken + checked.unnamedErrors.intersection(reach.paths).count)
  }
}

extension CheckedCatalog {
  /// The project's own files without a readable NSID that have errors.
  fileprivate var unnamedErrors: Set<String> {
    let paths = Set(diagnostics.lazy.filter { $0.severity == .error }.map(\.location.path))
    return paths.intersection(unnamedPaths)
  }
}
