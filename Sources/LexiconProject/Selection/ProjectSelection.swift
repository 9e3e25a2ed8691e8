import ATProtoSyntax
package import Lexicon

/// Which documents a command works on: NSIDs (`app.bsky.feed.post`) or prefixes (`app.bsky.feed.*`).
///
/// The selected documents and everything that they refer to decide what is generated, what is
/// reported, and the exit status.
package struct ProjectSelection {
  /// Selects all of the project's own documents if empty.
  package var include: [String]
  package var exclude: [String]

  package init(include: [String] = [], exclude: [String] = []) {
    self.include = include
    self.exclude = exclude
  }

  package var isEmpty: Bool { include.isEmpty && exclude.isEmpty }

  package func takes(_ nsid: String) -> Bool {
    (include.isEmpty || include.contains { Self.matches($0, nsid) }) && !excludes(nsid)
  }

  private func excludes(_ nsid: String) -> Bool {
    exclude.contains { Self.matches($0, nsid) }
  }

  /// The NSIDs of the selected documents, with or without errors, sorted.
  ///
  /// - Throws: a failure if a pattern does not match anything, because a misspelled pattern would
  ///   remove previously generated files; or if nothing is selected.
  package func roots(in checked: CheckedCatalog) throws(CommandFailure) -> [String] {
    let own = checked.ownNSIDs
    if isEmpty { return own }
    let others = (checked.catalog.documents + checked.drafts).map(\.id.value.string)
    for pattern in include + exclude {
      let names = own + others
      guard !names.contains(where: { Self.matches(pattern, $0) }) else { continue }
      if case .unreadable = checked.status(of: pattern) { continue }
      if spelledNames(in: checked).contains(where: { Self.matches(pattern, $0) }) { continue }
      throw CommandFailure("'\(pattern)' does not match any document\(hint(pattern, names))")
    }
    // A pattern takes the project's own documents; a document that is only there for references
    // must be named.
    var roots = Set(own.filter(takes))
    for pattern in include where !own.contains(where: { Self.matches(pattern, $0) }) {
      roots.formUnion(others.filter { Self.matches(pattern, $0) && !excludes($0) })
    }
    let unreadable = include.filter { pattern in
      if case .unreadable = checked.status(of: pattern) { !excludes(pattern) } else { false }
    }
    guard !roots.isEmpty || !unreadable.isEmpty || !unnamed(in: checked).isEmpty else {
      throw CommandFailure("the selection contains no documents")
    }
    return (roots.union(unreadable)).sorted()
  }

  /// The selected NSIDs among those of two versions, sorted.
  ///
  /// - Throws: a failure if a pattern does not match any, or if nothing is selected.
  package func roots(among names: [String]) throws(CommandFailure) -> [String] {
    for pattern in include + exclude
    where !names.contains(where: { Self.matches(pattern, $0) }) {
      throw CommandFailure("'\(pattern)' does not match any document\(hint(pattern, names))")
    }
    let roots = Set(names.filter(takes))
    guard !roots.isEmpty else { throw CommandFailure("the selection contains no documents") }
    return roots.sorted()
  }

  /// The paths of the selected files without a readable NSID: the names that their paths may spell
  /// decide.
  package func unnamed(in checked: CheckedCatalog, named paths: Set<String> = []) -> [String] {
    checked.unnamedPaths.filter { paths.contains($0) || takesFile($0) }
  }

  /// Whether a file is selected by a name that its path may spell.
  package func takesFile(_ path: String) -> Bool {
    if isEmpty { return true }
    let names = Self.spelledNames(path)
    return
      (include.isEmpty || names.contains { name in include.contains { Self.matches($0, name) } })
      && !names.contains(where: excludes)
  }

  private func spelledNames(in checked: CheckedCatalog) -> [String] {
    checked.unnamedPaths.flatMap(Self.spelledNames)
  }

  /// The NSIDs that a path may spell: `com.example.a` for `lexicons/com/example/a.json`, and others
  /// that begin with a directory above.
  private static func spelledNames(_ path: String) -> [String] {
    guard let period = path.lastIndex(of: ".") else { return [] }
    let segments = path[..<period].split { $0 == "/" || $0 == "." }.suffix(64)
    return segments.indices.dropLast(2).map { segments[$0...].joined(separator: ".") }
  }

  private func hint(_ pattern: String, _ names: [String]) -> String {
    guard !pattern.hasSuffix(".*") else { return "" }
    return Suggestion.hint(for: pattern, among: names)
  }

  private static func matches(_ pattern: String, _ nsid: String) -> Bool {
    guard pattern.hasSuffix(".*") else { return pattern == nsid }
    return nsid.hasPrefix(pattern.dropLast())
  }
}
