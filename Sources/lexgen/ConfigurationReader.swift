import ATProtoSyntax
import Lexicon
import LexiconCompiler

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
      case "module": result.options.singleModule = moduleName(value)
      case "access": result.options.access = choice(value) ?? .public
      case "emit": result.options.parts = Set([.types] + values(value).compactMap { choice($0) })
      case "targets":
        result.hasModulePerAuthority = true
        for target in members(of: value, "'targets'") {
          checkAuthority(target)
          result.options.modules[target.name] = moduleName(target.value)
        }
      case "imports":
        for entry in members(of: value, "'imports'") {
          checkAuthority(entry)
          guard let added = moduleImport(entry) else { continue }
          result.imports.append(added)
          result.options.externalModules[entry.name] = added.module
        }
      case "baseline": result.baseline = string(value)
      case "strict": result.isStrict = boolean(value) ?? false
      case "rules":
        for entry in members(of: value, "'rules'") { result.rules.entries += settings(entry) }
      default:
        reportUnknown(
          member,
          ["inputs", "output", "include", "exclude", "module"]
            + ["targets", "imports", "access", "emit", "rules", "baseline", "strict"]
        )
      }
    }
    if result.hasModulePerAuthority, result.options.singleModule != nil {
      report(root, "'module' and 'targets' exclude each other")
    }
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
      report(entry.value, "an import needs 'module' and 'lexicons'")
      return nil
    }
    guard let name, let lexicons else { return nil }
    return .init(authority: entry.name, module: name, lexicons: lexicons)
  }

  /// An authority is what two segments of an NSID spell.
  private mutating func checkAuthority(_ member: LocatedValue.Member) {
    let isAuthority =
      member.name.split(separator: ".", omittingEmptySubsequences: false).count == 2
      && (try? NSID("\(member.name).name")) != nil
    guard !isAuthority else { return }
    reportName(
      member,
      "\(quoted(member.name)) is no authority, which is the first two segments of an NSID, as "
        + "'com.example'"
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

  mutating func reportUnknown(_ member: LocatedValue.Member, _ known: [String]) {
    reportName(
      member,
      "unknown key \(quoted(member.name)); known are \(known.joined(separator: ", "))"
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
      report(value, "\(quoted(text)) is none of \(known)")
      return nil
    }
    return choice
  }
}
