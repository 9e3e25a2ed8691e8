import ArgumentParser
import Lexicon

/// Everything that a command reads before it thinks. What comes out depends on this, on the
/// command line and on the tool itself, and on nothing else.
struct CompilationInput {
  let configuration: ProjectConfiguration
  /// Folders and files as the user named them.
  let paths: [String]
  let files: [SourceFile]
  /// Documents of the modules that `lexgen.yaml` names under `imports`.
  let importedFiles: [SourceFile]
  /// Modules named on the command line.
  let importedModules: [ImportedModule.Source]
  /// What could not be read.
  let diagnostics: [Diagnostic]

  init(_ options: InputOptions) throws {
    configuration = try ProjectConfiguration.load(
      options.configuration,
      lookingHere: options.root.isEmpty
    )
    paths = options.inputs.isEmpty ? configuration.inputs : options.inputs
    guard !paths.isEmpty else {
      throw ValidationError(
        "No input: name folders or files, or list them under 'inputs' in lexgen.yaml."
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
