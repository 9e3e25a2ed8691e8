import ArgumentParser
import Lexicon
import LexiconCompiler

/// `lexgen.yaml`: the settings of a project.
///
/// Paths in the file are relative to its directory.
struct ProjectConfiguration {
  /// A module generated elsewhere: its lexicons are read and its types imported.
  struct Import {
    var namespaceRoot: String
    var module: String
    var lexicons: [String]
  }

  /// Some of the documents, generated again into another target.
  struct Subset {
    /// The directory of the files.
    var output: String
    var selection: Selection
    var options: CompilerOptions
  }

  /// The settings of `lexgen check`.
  struct CheckSettings {
    /// Severities of rules.
    var rules = RuleSettings()
    /// The file of known findings.
    var baseline: String?
    /// Whether warnings are failures.
    var isStrict = false
    /// Whether the installed documents must agree with the manifest, also for `lexgen generate`.
    var isLocked = false
  }

  static let defaultPath = "lexgen.yaml"

  /// The file itself, if there is one.
  var source: SourceFile?
  var inputs: [String] = []
  var output: String?
  var include: [String] = []
  var exclude: [String] = []
  var imports: [Import] = []
  var subsets: [Subset] = []
  /// `targets` is present: a module per namespace root.
  var hasModulePerRoot = false
  var options = CompilerOptions()
  var checks = CheckSettings()

  /// Reads a configuration file, `lexgen.yaml` by default.
  ///
  /// - Parameter lookingHere: whether to look for `lexgen.yaml` if `path` is nil.
  static func load(
    _ path: String?,
    lookingHere: Bool = true
  ) throws -> ProjectConfiguration {
    let here = lookingHere && FileSystem.entry(at: defaultPath) != nil ? defaultPath : nil
    guard let path = path ?? here else {
      var configuration = ProjectConfiguration()
      if lookingHere { configuration.useInstalledLexicons() }
      return configuration
    }
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path, limit: 1024 * 1024)
    } catch {
      Terminal.error("\(path): error: \(error.description)")
      throw Status.usage
    }
    let format: DocumentFormat = path.hasSuffix(".json") ? .json : .yaml
    let source = SourceFile(path: path, bytes: bytes)
    var reader = ConfigurationReader(tree: LocatedTree.read(source, as: format))
    var configuration = reader.read()
    configuration.source = source
    for diagnostic in reader.diagnostics.sorted() { Terminal.error(diagnostic.description) }
    guard reader.diagnostics.isEmpty else { throw Status.usage }
    if let slash = path.lastIndex(of: "/") { configuration.resolvePaths(in: path[...slash]) }
    if lookingHere { configuration.useInstalledLexicons() }
    return configuration
  }

  /// The path of the manifest of installed lexicons: beside the configuration.
  var manifest: String {
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
  func options(defaultModule: String) -> CompilerOptions {
    var options = options
    if !hasModulePerRoot && options.modules.isEmpty && options.singleModule == nil {
      options.singleModule = defaultModule
    }
    return options
  }

  /// Imports the types of a namespace root instead of generating them.
  mutating func `import`(_ root: String, from module: String) {
    options.externalModules[root] = module
    for index in subsets.indices { subsets[index].options.externalModules[root] = module }
  }

  /// Throws if `inputs` differs from the roots: a build plugin, which does not have a YAML parser,
  /// passes the directories that it finds under `inputs` as roots.
  func refuseOtherRoots(_ roots: [String]) throws {
    guard !roots.isEmpty, !inputs.isEmpty else { return }
    let directories = inputs.map { FileSystem.entry(at: $0)?.identity }
    guard Set(directories) != Set(roots.map { FileSystem.entry(at: $0)?.identity }) else { return }
    throw ValidationError(
      "'inputs' in \(source?.path ?? ProjectConfiguration.defaultPath) does not match --root; write "
        + "'inputs' at the start of a line, with plain or quoted text, as one value or a list."
    )
  }

  /// - Parameter directory: the directory, with a trailing slash.
  private mutating func resolvePaths(in directory: Substring) {
    func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)\(path)" }
    inputs = inputs.map(resolved)
    output = output.map(resolved)
    checks.baseline = checks.baseline.map(resolved)
    for index in imports.indices {
      imports[index].lexicons = imports[index].lexicons.map(resolved)
    }
    for index in subsets.indices { subsets[index].output = resolved(subsets[index].output) }
  }
}
