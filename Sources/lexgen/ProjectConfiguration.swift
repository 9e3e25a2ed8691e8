import ArgumentParser
import Lexicon
import LexiconCompiler

/// `lexgen.yaml`: what a project generates, so that the command line stays short.
///
/// Paths in the file are relative to the folder that it lies in.
struct ProjectConfiguration {
  /// A module generated elsewhere: its lexicons are read, its types imported.
  struct Import {
    var authority: String
    var module: String
    var lexicons: [String]
  }

  static let defaultPath = "lexgen.yaml"

  /// The file itself, where there is one.
  var source: SourceFile?
  var inputs: [String] = []
  var output: String?
  var include: [String] = []
  var exclude: [String] = []
  var imports: [Import] = []
  /// `targets` is there: a module per authority, named by the list or by the authority.
  var hasModulePerAuthority = false
  var options = CompilerOptions()
  /// How severe findings of `lexgen check` are.
  var rules = RuleSettings()
  /// Findings that are known.
  var baseline: String?
  /// Whether warnings fail `lexgen check`.
  var isStrict = false

  /// Reads the named file, or `lexgen.yaml` where it exists.
  static func load(
    _ path: String?,
    lookingHere: Bool = true
  ) throws -> ProjectConfiguration {
    let here = lookingHere && FileSystem.entry(at: defaultPath) != nil ? defaultPath : nil
    guard let path = path ?? here else { return ProjectConfiguration() }
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
    return configuration
  }

  /// A build plugin, which has no parser for YAML, names as roots what it found under `inputs`.
  func refuseOtherRoots(_ roots: [String]) throws {
    guard !roots.isEmpty, !inputs.isEmpty else { return }
    let folders = inputs.map { FileSystem.entry(at: $0)?.identity }
    guard Set(folders) != Set(roots.map { FileSystem.entry(at: $0)?.identity }) else { return }
    throw ValidationError(
      "'inputs' of \(source?.path ?? ProjectConfiguration.defaultPath) are other folders than those "
        + "of --root: write them at the begin of a line, each as plain or quoted text, alone or in "
        + "a list."
    )
  }

  /// - Parameter folder: with a slash at its end.
  private mutating func resolvePaths(in folder: Substring) {
    func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)\(path)" }
    inputs = inputs.map(resolved)
    output = output.map(resolved)
    baseline = baseline.map(resolved)
    for index in imports.indices {
      imports[index].lexicons = imports[index].lexicons.map(resolved)
    }
  }
}
