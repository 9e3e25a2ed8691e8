package import Lexicon
package import LexiconCompiler

/// `lexgen.yaml`: the settings of a project.
///
/// Paths in the file are relative to its directory.
package struct ProjectConfiguration {
  /// A module generated elsewhere: its lexicons are read and its types imported.
  package struct Import {
    package var namespaceRoot: String
    package var module: String
    package var lexicons: [String]
  }

  /// Some of the documents, generated again into another target.
  package struct Subset {
    /// The directory of the files.
    package var output: String
    package var selection: ProjectSelection
    package var options: CompilerOptions
  }

  /// The settings of `lexgen check`.
  package struct CheckSettings {
    /// Severities of rules.
    package var rules = RuleSettings()
    /// The file of known findings.
    package var baseline: String?
    /// Whether warnings are failures.
    package var isStrict = false
    /// Whether the installed documents must agree with the manifest, also for `lexgen generate`.
    package var isLocked = false
  }

  /// The settings of `lexgen diff`.
  package struct DiffSettings {
    /// The file of accepted changes.
    package var accept: String?
    /// The gaps in a comparison that are allowed, as on the command line.
    package var allow: [String] = []
  }

  package static let defaultPath = "lexgen.yaml"

  /// The file itself, if there is one.
  package var source: SourceFile?
  /// The directory of a project without a file; nil for the current directory.
  package var directory: String?
  package var inputs: [String] = []
  /// Directories and files that only resolve references.
  package var references: [String] = []
  package var output: String?
  package var include: [String] = []
  package var exclude: [String] = []
  package var imports: [Import] = []
  package var subsets: [Subset] = []
  /// `targets` is present: a module per namespace root.
  package var hasModulePerRoot = false
  /// The access level of generated declarations, if the file sets it.
  package var access: CompilerOptions.Access?
  package var options = CompilerOptions()
  /// Experimental features of the language that documents may use.
  package var features: LexiconFeatures = []
  package var checks = CheckSettings()
  package var diff = DiffSettings()

  package init() {}

  /// Reads a configuration file, `lexgen.yaml` by default.
  ///
  /// - Parameters:
  ///   - lookingHere: whether to look for `lexgen.yaml` if `path` is nil.
  ///   - directory: the directory of the project if there is no file; nil for the current directory.
  package static func load(
    _ path: String?,
    lookingHere: Bool = true,
    directory: String? = nil,
    from provider: any FileProvider = DiskFiles()
  ) throws(CommandFailure) -> ProjectConfiguration {
    let here = lookingHere && provider.entry(at: defaultPath) != nil ? defaultPath : nil
    guard let path = path ?? here else {
      var configuration = ProjectConfiguration()
      configuration.directory = directory
      if lookingHere { configuration.useInstalledLexicons() }
      return configuration
    }
    let bytes: [UInt8]
    do throws(FileSystem.Failure) {
      bytes = try provider.read(path, limit: 1024 * 1024)
    } catch {
      throw CommandFailure(path: path, error.description)
    }
    let format: DocumentFormat = path.hasSuffix(".json") ? .json : .yaml
    let source = SourceFile(path: path, bytes: bytes)
    var reader = ConfigurationReader(tree: LocatedTree.read(source, as: format))
    var configuration = reader.read()
    configuration.source = source
    guard reader.diagnostics.isEmpty else {
      throw CommandFailure("", diagnostics: reader.diagnostics.sorted())
    }
    if let slash = path.lastIndex(of: "/") { configuration.resolvePaths(in: path[...slash]) }
    if lookingHere { configuration.useInstalledLexicons() }
    return configuration
  }

  /// The path of the manifest of installed lexicons: beside the configuration, or in the directory of
  /// the project.
  package var manifest: String {
    if source == nil, let directory {
      return FileSystem.normalized("\(directory)/\(LexiconManifest.fileName)")
    }
    let path = source?.path ?? ""
    let directory = path[..<(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)]
    return directory + LexiconManifest.fileName
  }

  /// Without `inputs`, reads the directory of installed documents if there is a manifest.
  private mutating func useInstalledLexicons() {
    let directory = InstalledLexicons.directory(beside: manifest)
    guard inputs.isEmpty, FileSystem.entry(at: manifest)?.kind == .file,
      FileSystem.entry(at: directory)?.kind == .directory
    else { return }
    inputs = [directory]
  }

  /// The compiler options, with one module of the given name unless modules are configured.
  package func options(defaultModule: String) -> CompilerOptions {
    var options = options
    if !hasModulePerRoot && options.modules.isEmpty && options.singleModule == nil {
      options.singleModule = defaultModule
    }
    return options
  }

  /// The selection of the command line if it has one, or else that of the file.
  package func selection(_ options: InputSelection) -> ProjectSelection {
    let selection = ProjectSelection(include: options.include, exclude: options.exclude)
    return selection.isEmpty ? ProjectSelection(include: include, exclude: exclude) : selection
  }

  /// Imports the types of a namespace root instead of generating them.
  package mutating func `import`(_ root: String, from module: String) {
    options.externalModules[root] = module
    for index in subsets.indices { subsets[index].options.externalModules[root] = module }
  }

  /// Throws if `inputs` differs from the roots: a build plugin, which does not have a YAML parser,
  /// passes the directories that it finds under `inputs` as roots.
  func refuseOtherRoots(_ roots: [String]) throws(CommandFailure) {
    guard !roots.isEmpty, !inputs.isEmpty else { return }
    let directories = inputs.map { FileSystem.entry(at: $0)?.identity }
    guard Set(directories) != Set(roots.map { FileSystem.entry(at: $0)?.identity }) else { return }
    throw CommandFailure(
      "'inputs' in \(source?.path ?? ProjectConfiguration.defaultPath) does not match --root; write "
        + "'inputs' at the start of a line, with plain or quoted text, as one value or a list"
    )
  }

  /// - Parameter directory: the directory, with a trailing slash.
  private mutating func resolvePaths(in directory: Substring) {
    func resolved(_ path: String) -> String {
      FileSystem.normalized(path.hasPrefix("/") ? path : "\(directory)\(path)")
    }
    inputs = inputs.map(resolved)
    references = references.map(resolved)
    output = output.map(resolved)
    checks.baseline = checks.baseline.map(resolved)
    diff.accept = diff.accept.map(resolved)
    for index in imports.indices {
      imports[index].lexicons = imports[index].lexicons.map(resolved)
    }
    for index in subsets.indices { subsets[index].output = resolved(subsets[index].output) }
  }
}
