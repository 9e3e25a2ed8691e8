package import Lexicon

/// Everything that a command reads before it starts to work. The output depends only on this, the
/// command line, and the program itself.
package struct ProjectSources {
  package let options: InputSelection
  package var configuration: ProjectConfiguration
  /// Directories and files as named by the user.
  package let paths: [String]
  /// The project's own files, and those that only resolve references.
  package var files: [CatalogFile]
  /// Documents of the modules that `lexgen.yaml` lists under `imports`.
  package let importedFiles: [SourceFile]
  /// Modules named on the command line.
  package let importedModules: [ImportedModule.Source]
  /// Read errors.
  package let diagnostics: [Diagnostic]

  package init(
    _ options: InputSelection,
    from provider: any FileProvider = DiskFiles()
  ) throws(CommandFailure) {
    self.options = options
    configuration = try ProjectConfiguration.load(
      options.configuration,
      lookingHere: options.roots.isEmpty,
      directory: options.directory,
      from: provider
    )
    paths = options.inputs.isEmpty ? configuration.inputs : options.inputs
    guard !paths.isEmpty else { throw Self.noInput }
    try configuration.refuseOtherRoots(options.roots)
    let standardInput =
      paths.contains(SourceFile.standardInputArgument)
      ? try SourceFile.standardInput(path: options.standardInputPath) : nil
    let references = configuration.references + options.references
    let own = InputReader(
      paths.filter { $0 != SourceFile.standardInputArgument },
      skippingReferences: references,
      from: provider
    )
    let others = InputReader(references, skippingFilesOf: own, from: provider)
    let imported = InputReader(configuration.imports.flatMap(\.lexicons), from: provider)
    // The document replaces the file that it will become.
    let ownFiles =
      [standardInput].compactMap(\.self) + own.files.filter { $0.path != standardInput?.path }
    files =
      ownFiles.map { CatalogFile($0) } + others.files.map { CatalogFile($0, role: .reference) }
    importedFiles = imported.files
    importedModules = try ImportedModule.read(options.imports, from: provider)
    diagnostics =
      own.diagnostics + others.diagnostics + imported.diagnostics
      + importedModules.flatMap(\.diagnostics)
  }

  /// The experimental features that documents may use.
  package var features: LexiconFeatures { configuration.features.union(options.features) }

  /// The project's own files.
  package var ownFiles: [SourceFile] { files.filter { $0.role == .own }.map(\.file) }

  /// Paths that the user named, so that problems with them always count.
  package var named: Set<String> {
    let standardInput = options.standardInputPath ?? SourceFile.standardInputName
    return Set(
      paths.map { $0 == SourceFile.standardInputArgument ? standardInput : $0 }
        + configuration.references + options.references
    )
  }

  package static let noInput = CommandFailure(
    "no input: pass directories or files, or list them under 'inputs' in lexgen.yaml"
  )
}
