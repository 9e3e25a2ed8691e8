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

  var inputs: [String] = []
  var output: String?
  var include: [String] = []
  var exclude: [String] = []
  var imports: [Import] = []
  /// `targets` is there: a module per authority, named by the list or by the authority.
  var hasModulePerAuthority = false
  var options = CompilerOptions()

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
    let tree = LocatedTree.read(SourceFile(path: path, bytes: bytes), as: format)
    var reader = ConfigurationReader(tree: tree)
    var configuration = reader.read()
    for diagnostic in reader.diagnostics.sorted(by: { $0.location < $1.location }) {
      Terminal.error(diagnostic.description)
    }
    guard reader.diagnostics.isEmpty else { throw Status.usage }
    if let slash = path.lastIndex(of: "/") { configuration.resolvePaths(in: path[...slash]) }
    return configuration
  }

  /// - Parameter folder: with a slash at its end.
  private mutating func resolvePaths(in folder: Substring) {
    func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)\(path)" }
    inputs = inputs.map(resolved)
    output = output.map(resolved)
    for index in imports.indices {
      imports[index].lexicons = imports[index].lexicons.map(resolved)
    }
  }
}

/// Reads the keys of `lexgen.yaml`; collects everything that is wrong with them.
struct ConfigurationReader {
  let tree: LocatedTree
  private(set) var diagnostics: [Diagnostic]

  init(tree: LocatedTree) {
    self.tree = tree
    diagnostics = tree.diagnostics
  }

  mutating func read() -> ProjectConfiguration {
    var result = ProjectConfiguration()
    guard let root = tree.root else { return result }
    for member in members(of: root, "the configuration") {
      let value = member.value
      switch member.name {
      case "inputs": result.inputs = strings(value)
      case "output": result.output = string(value)
      case "include": result.include = strings(value)
      case "exclude": result.exclude = strings(value)
      case "module": result.options.singleModule = string(value)
      case "access": result.options.access = choice(value) ?? .public
      case "emit": result.options.parts = Set([.types] + values(value).compactMap { choice($0) })
      case "targets":
        result.hasModulePerAuthority = true
        for target in members(of: value, "'targets'") {
          result.options.modules[target.name] = string(target.value)
        }
      case "imports":
        for entry in members(of: value, "'imports'") {
          guard let module = entry.value["module"], let lexicons = entry.value["lexicons"] else {
            report(entry.value, "an import needs 'module' and 'lexicons'")
            continue
          }
          guard let name = string(module) else { continue }
          result.imports.append(
            .init(authority: entry.name, module: name, lexicons: strings(lexicons))
          )
          result.options.externalModules[entry.name] = name
        }
      default:
        report(
          value,
          "unknown key '\(member.name)'; known are inputs, output, include, exclude, module, "
            + "targets, imports, access, emit"
        )
      }
    }
    if result.hasModulePerAuthority, result.options.singleModule != nil {
      report(root, "'module' and 'targets' exclude each other")
    }
    return result
  }

  private mutating func report(_ value: LocatedValue, _ message: String) {
    diagnostics.append(
      Diagnostic(.error, rule: "configuration", at: tree.location(of: value), message)
    )
  }

  private mutating func members(of value: LocatedValue, _ what: String) -> [LocatedValue.Member] {
    switch value.kind {
    case .object(let members): return members
    case .null: return []
    default:
      report(value, "\(what) must be a mapping, not \(value.kindName)")
      return []
    }
  }

  private mutating func string(_ value: LocatedValue) -> String? {
    guard case .string(let text) = value.kind else {
      report(value, "expected a string, found \(value.kindName)")
      return nil
    }
    return text
  }

  private func values(_ value: LocatedValue) -> [LocatedValue] {
    if case .array(let values) = value.kind { values } else { [value] }
  }

  /// A list of strings, or one string alone.
  private mutating func strings(_ value: LocatedValue) -> [String] {
    var result: [String] = []
    for value in values(value) {
      if let text = string(value) { result.append(text) }
    }
    return result
  }

  private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: LocatedValue
  ) -> Choice? {
    guard let text = string(value) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      report(value, "'\(text)' is none of \(known)")
      return nil
    }
    return choice
  }
}
