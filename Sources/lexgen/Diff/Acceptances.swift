import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconProject

/// The changes that a project accepts in spite of their class, each with a reason:
///
///     accepted:
///       - rule: property-removed
///         nsid: com.example.note
///         path: /defs/main/record/properties/mood
///         reason: No client has ever written it.
///
/// `nsid` may end in `.*`. Without `path`, an entry accepts every change of the rule in the document.
struct Acceptances {
  struct Entry {
    var rule: String
    var nsid: String
    var path: String?
    var reason: String
    var location: SourceLocation

    func matches(_ change: SchemaChange) -> Bool {
      names(change.nsid) && change.rule.id == rule && (path == nil || path == change.path)
    }

    func names(_ nsid: String) -> Bool {
      self.nsid.hasSuffix(".*") ? nsid.hasPrefix(self.nsid.dropLast()) : nsid == self.nsid
    }
  }

  let source: SourceFile
  let entries: [Entry]

  /// Reads a file in JSON or YAML.
  ///
  /// - Throws: all errors in the file.
  init(_ path: String) throws(CommandFailure) {
    let bytes: [UInt8]
    do throws(FileSystem.Failure) {
      bytes = try FileSystem.read(path, limit: 16 * 1024 * 1024)
    } catch {
      throw CommandFailure(path: path, error.description)
    }
    source = SourceFile(path: path, bytes: bytes)
    let tree = LocatedTree.read(source, as: Self.format(of: path))
    var reader = AcceptanceReader(tree)
    entries = reader.read()
    guard reader.diagnostics.isEmpty else {
      throw CommandFailure("", diagnostics: reader.diagnostics.sorted())
    }
  }

  static func format(of path: String) -> DocumentFormat {
    path.hasSuffix(".json") ? .json : .yaml
  }

  /// The file with its entries and those of further changes, whose reasons are still to be written: a
  /// file with an empty reason is refused.
  static func text(
    _ entries: [Entry],
    adding changes: [SchemaChange],
    as format: DocumentFormat
  ) -> String {
    let items =
      entries.map { Self.item($0.rule, $0.nsid, $0.path, $0.reason, as: format) }
      + changes.map { Self.item($0.rule.id, $0.nsid, $0.path, "", as: format) }
    switch format {
    case .json:
      return "{\n  \"accepted\": [\n\(items.joined(separator: ",\n"))\n  ]\n}\n"
    case .yaml: return "accepted:\n" + items.joined()
    }
  }

  private static func item(
    _ rule: String,
    _ nsid: String,
    _ path: String?,
    _ reason: String,
    as format: DocumentFormat
  ) -> String {
    // A JSON string is a YAML scalar.
    func quoted(_ text: String) -> String { DataValue.string(text).jsonString() }
    switch format {
    case .json:
      let place = path.map { ", \"path\": \(quoted($0))" } ?? ""
      return "    {\"rule\": \(quoted(rule)), \"nsid\": \(quoted(nsid))\(place), "
        + "\"reason\": \(quoted(reason))}"
    case .yaml:
      let place = path.map { "    path: \(quoted($0))\n" } ?? ""
      return "  - rule: \(rule)\n    nsid: \(nsid)\n\(place)    reason: \(quoted(reason))\n"
    }
  }

  /// The reason why a change is accepted, or nil if it is not.
  func reason(for change: SchemaChange) -> String? {
    entries.first { $0.matches(change) }?.reason
  }

  /// Warnings about entries that match no change.
  ///
  /// - Parameter omitted: the NSIDs of documents that are not compared. An entry that names one of
  ///   them may have a use.
  func unused(among changes: [SchemaChange], omitting omitted: Set<String>) -> [Diagnostic] {
    entries.filter { entry in
      !changes.contains(where: entry.matches) && !omitted.contains(where: entry.names)
    }.map { entry in
      Diagnostic(
        .warning,
        rule: FindingsReport.unusedAcceptance.id,
        at: entry.location,
        "no change matches this entry; remove it"
      )
    }
  }
}

private struct AcceptanceReader {
  private static let keys = ["rule", "nsid", "path", "reason"]

  let tree: LocatedTree
  private(set) var diagnostics: [Diagnostic]

  init(_ tree: LocatedTree) {
    self.tree = tree
    diagnostics = tree.diagnostics
  }

  mutating func read() -> [Acceptances.Entry] {
    guard let root = tree.root else { return [] }
    guard case .object(let members) = root.kind else {
      report(root, "a file of accepted changes must be a mapping with the key 'accepted'")
      return []
    }
    for member in members where member.name != "accepted" {
      report(
        at: member.nameOffset,
        "unknown key \(quoted(member.name)); the only known key is 'accepted'"
      )
    }
    guard let accepted = root["accepted"] else {
      if members.isEmpty { report(root, "the key 'accepted' is missing") }
      return []
    }
    guard case .array(let entries) = accepted.kind else {
      report(accepted, "'accepted' must be a list")
      return []
    }
    return entries.compactMap { entry($0) }
  }

  private mutating func entry(_ value: LocatedValue) -> Acceptances.Entry? {
    guard case .object(let members) = value.kind else {
      report(value, "an accepted change must be a mapping, not \(value.kindName)")
      return nil
    }
    for member in members where !Self.keys.contains(member.name) {
      let known = Self.keys.joined(separator: ", ")
      report(
        at: member.nameOffset,
        "unknown key \(quoted(member.name)); known keys: \(known)"
      )
    }
    let count = diagnostics.count
    let rule = text("rule", of: value)
    let nsid = text("nsid", of: value)
    let reason = text("reason", of: value)
    let path = value["path"] == nil ? nil : text("path", of: value)
    if let rule, EvolutionRule[id: rule] == nil {
      let hint = Suggestion.hint(for: rule, among: EvolutionRule.all.map(\.id))
      report(value["rule"] ?? value, "\(quoted(rule)) is not a rule of 'lexgen diff'\(hint)")
    }
    if let nsid {
      let name = nsid.hasSuffix(".*") ? "\(nsid.dropLast(2)).a.b" : nsid
      if (try? NSID(name)) == nil {
        report(
          value["nsid"] ?? value,
          "\(quoted(nsid)) is not a valid NSID or a prefix such as 'com.example.*'"
        )
      }
    }
    guard diagnostics.count == count, let rule, let nsid, let reason else { return nil }
    return Acceptances.Entry(
      rule: rule,
      nsid: nsid,
      path: path,
      reason: reason,
      location: tree.location(of: value)
    )
  }

  private mutating func text(_ key: String, of value: LocatedValue) -> String? {
    guard let member = value[key] else {
      report(value, "an accepted change requires '\(key)'")
      return nil
    }
    guard case .string(let text) = member.kind, !text.isEmpty else {
      report(member, "'\(key)' must be a string that is not empty")
      return nil
    }
    return text
  }

  private mutating func report(_ value: LocatedValue, _ message: String) {
    report(at: value.range.lowerBound, message)
  }

  private mutating func report(at offset: Int, _ message: String) {
    diagnostics.append(
      Diagnostic(
        .error,
        rule: "configuration",
        at: tree.source.location(at: offset),
        message
      )
    )
  }
}
