import ATProtoSyntax
import Lexicon
import LexiconCompiler

/// Reads the keys of `lexgen.yaml` and collects all errors in them.
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
      case "references": result.references = strings(value)
      case "output": result.output = string(value)
      case "include": result.include = strings(value)
      case "exclude": result.exclude = strings(value)
      case "module": result.options.singleModule = moduleName(value)
      case "access": result.access = choice(value)
      case "emit": result.options.parts = parts(value)
      case "targets":
        result.hasModulePerRoot = true
        for target in members(of: value, "'targets'") {
          checkNamespaceRoot(target)
          result.options.modules[target.name] = moduleName(target.value)
        }
      case "imports":
        for entry in members(of: value, "'imports'") {
          checkNamespaceRoot(entry)
          guard let added = moduleImport(entry) else { continue }
          result.imports.append(added)
        }
      case "subsets": result.subsets = values(value).compactMap { subset($0) }
      case "experimental": result.features = features(value)
      case "diff": result.diff = diff(value)
      case "baseline": result.checks.baseline = string(value)
      case "strict": result.checks.isStrict = boolean(value) ?? false
      case "locked": result.checks.isLocked = boolean(value) ?? false
      case "rules":
        for entry in members(of: value, "'rules'") {
          result.checks.rules.entries += settings(entry)
        }
      default:
        reportUnknown(
          member,
          ["inputs", "references", "output", "include", "exclude", "module", "targets", "imports"]
            + [
              "subsets", "access", "emit", "rules", "baseline", "strict", "locked", "diff",
              "experimental",
            ]
        )
      }
    }
    for added in result.imports { result.import(added.namespaceRoot, from: added.module) }
    if result.hasModulePerRoot, result.options.singleModule != nil {
      report(root, "'module' and 'targets' cannot be combined")
    }
    checkOutputs(of: result, root)
    return result
  }

  private mutating func moduleImport(
    _ entry: LocatedValue.Member
  ) -> ProjectConfiguration.Import? {
    var name: String?
    var lexicons: [String]?
    for member in members(of: entry.value, "an import") {
      switch member.name {
      case "module": name = moduleName(member.value)
      case "lexicons": lexicons = strings(member.value)
      default: reportUnknown(member, ["module", "lexicons"])
      }
    }
    guard entry.value["module"] != nil, entry.value["lexicons"] != nil else {
      report(entry.value, "an import requires 'module' and 'lexicons'")
      return nil
    }
    guard let name, let lexicons else { return nil }
    return .init(namespaceRoot: entry.name, module: name, lexicons: lexicons)
  }

  private mutating func features(_ value: LocatedValue) -> LexiconFeatures {
    var result: LexiconFeatures = []
    for item in values(value) {
      guard let name = string(item) else { continue }
      if let feature = LexiconFeatures(name: name) {
        result.formUnion(feature)
      } else {
        let known = LexiconFeatures.names.joined(separator: ", ")
        report(item, "\(quoted(name)) is not one of \(known)")
      }
    }
    return result
  }

  private mutating func diff(_ value: LocatedValue) -> ProjectConfiguration.DiffSettings {
    var result = ProjectConfiguration.DiffSettings()
    for member in members(of: value, "'diff'") {
      switch member.name {
      case "accept": result.accept = string(member.value)
      case "allow":
        for item in values(member.value) {
          guard let gap = string(item) else { continue }
          let known = ["missing", "old-errors", "nothing"]
          if known.contains(gap) {
            result.allow.append(gap)
          } else {
            report(item, "\(quoted(gap)) is not one of \(known.joined(separator: ", "))")
          }
        }
      default: reportUnknown(member, ["accept", "allow"])
      }
    }
    return result
  }

  /// Reads a subset. Its access level is internal by default, because it is part of a target with
  /// another purpose.
  private mutating func subset(_ value: LocatedValue) -> ProjectConfiguration.Subset? {
    var output: String?
    var selection = ProjectSelection()
    var options = CompilerOptions()
    options.access = .internal
    options.layout = .flat
    for member in members(of: value, "a subset") {
      switch member.name {
      case "module": options.singleModule = moduleName(member.value)
      case "output": output = string(member.value)
      case "include": selection.include = strings(member.value)
      case "exclude": selection.exclude = strings(member.value)
      case "access": options.access = choice(member.value) ?? .internal
      case "emit":
        if case .string("handlers") = member.value.kind {
          options.emitsOnlyIndexHandlers = true
        } else {
          options.parts = parts(member.value)
        }
      default:
        reportUnknown(member, ["module", "output", "include", "exclude", "access", "emit"])
      }
    }
    guard ["module", "output", "include"].allSatisfy({ value[$0] != nil }) else {
      report(value, "a subset requires 'module', 'output', and 'include'")
      return nil
    }
    return output.map { .init(output: $0, selection: selection, options: options) }
  }

  /// Reports outputs inside other output directories, because each output removes all stale files
  /// below its directory.
  private mutating func checkOutputs(of configuration: ProjectConfiguration, _ root: LocatedValue) {
    let outputs = [configuration.output].compactMap(\.self) + configuration.subsets.map(\.output)
    let paths = outputs.map { path in
      path.split(separator: "/").filter { $0 != "." }
    }
    for (index, path) in paths.enumerated() {
      guard let other = paths.indices.first(where: { $0 != index && path.starts(with: paths[$0]) })
      else { continue }
      report(
        root,
        "\(quoted(outputs[index])) is inside another output directory, \(quoted(outputs[other])), "
          + "where it would be removed as stale"
      )
      return
    }
  }

  private mutating func checkNamespaceRoot(_ member: LocatedValue.Member) {
    let isRoot =
      member.name.split(separator: ".", omittingEmptySubsequences: false).count == 2
      && (try? NSID("\(member.name).name")) != nil
    guard !isRoot else { return }
    reportName(
      member,
      "\(quoted(member.name)) is not a namespace root: write the first two segments of an NSID, "
        + "such as 'com.example'"
    )
  }

  private mutating func moduleName(_ value: LocatedValue) -> String? {
    guard let name = string(value) else { return nil }
    if let fault = ModuleName.fault(in: name) {
      report(value, "\(fault)")
      return nil
    }
    return name
  }

  private mutating func parts(_ value: LocatedValue) -> Set<CompilerOptions.Part> {
    Set([.types] + values(value).compactMap { choice($0) })
  }

  mutating func reportUnknown(_ member: LocatedValue.Member, _ known: [String]) {
    reportName(
      member,
      "unknown key \(quoted(member.name)); known keys: \(known.joined(separator: ", "))"
    )
  }

  mutating func report(_ value: LocatedValue, _ message: String) {
    report(at: tree.location(of: value), message)
  }

  mutating func reportName(_ member: LocatedValue.Member, _ message: String) {
    report(at: tree.source.location(at: member.nameOffset), message)
  }

  private mutating func report(at location: SourceLocation, _ message: String) {
    diagnostics.append(Diagnostic(.error, rule: "configuration", at: location, message))
  }

  mutating func members(of value: LocatedValue, _ what: String) -> [LocatedValue.Member] {
    switch value.kind {
    case .object(let members): return members
    case .null: return []
    default:
      report(value, "\(what) must be a mapping, not \(value.kindName)")
      return []
    }
  }

  mutating func string(_ value: LocatedValue) -> String? {
    guard case .string(let text) = value.kind else {
      report(value, "expected a string, found \(value.kindName)")
      return nil
    }
    return text
  }

  func values(_ value: LocatedValue) -> [LocatedValue] {
    if case .array(let values) = value.kind { values } else { [value] }
  }

  private mutating func boolean(_ value: LocatedValue) -> Bool? {
    guard case .boolean(let boolean) = value.kind else {
      report(value, "expected true or false, found \(value.kindName)")
      return nil
    }
    return boolean
  }

  /// A list of strings, or a single string.
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
      report(value, "\(quoted(text)) is not one of \(known)")
      return nil
    }
    return choice
  }
}
