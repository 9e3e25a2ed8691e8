package import Lexicon

/// Everything that a command reads before it starts to work. The output depends only on this, the
/// command line, and the program itself.
package struct ProjectSources {
  package let options: InputSelection
  package let configuration: ProjectConfiguration
  /// Directories and files as named by the user.
  package let paths: [String]
  package let files: [SourceFile]
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
      from: provider
    )
    paths = options.inputs.isEmpty ? configuration.inputs : options.inputs
    guard !paths.isEmpty else { throw Self.noInput }
    try configuration.refuseOtherRoots(options.roots)
    let own = InputReader(paths, from: provider)
    let imported = InputReader(configuration.imports.flatMap(\.lexicons), from: provider)
    files = own.files
    importedFiles = imported.files
    importedModules = try ImportedModule.read(options.imports, from: provider)
    diagnostics =
      own.diagnostics + imported.diagnostics + importedModules.flatMap(\.diagnostics)
  }

  package static let noInput = CommandFailure(
    "no input: pass directories or files, or list them under 'inputs' in lexgen.yaml"
  )
}
