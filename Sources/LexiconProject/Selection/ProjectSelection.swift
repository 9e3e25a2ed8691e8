import ATProtoSyntax
package import Lexicon

/// Which documents of a catalog to select: NSIDs (`app.bsky.feed.post`) or prefixes
/// (`app.bsky.feed.*`).
package struct ProjectSelection {
  /// Selects everything if empty.
  package var include: [String]
  package var exclude: [String]

  package init(include: [String] = [], exclude: [String] = []) {
    self.include = include
    self.exclude = exclude
  }

  package func takes(_ nsid: String) -> Bool {
    (include.isEmpty || include.contains { matches($0, nsid) })
      && !exclude.contains { matches($0, nsid) }
  }

  /// The selected documents and everything that they refer to, sorted by NSID.
  ///
  /// - Throws: a failure for a pattern that matches nothing: a misspelled pattern would remove
  ///   previously generated files.
  package func documents(
    of checked: CheckedCatalog
  ) throws(CommandFailure) -> [LexiconDocument] {
    let all = checked.catalog.documents
    for pattern in include + exclude
    where !all.contains(where: { matches(pattern, $0.id.value.string) }) {
      throw CommandFailure("'\(pattern)' does not match any document without errors")
    }
    if include.isEmpty && exclude.isEmpty { return all }
    let roots = all.map(\.id.value).filter { takes($0.string) }
    let closure = Set(checked.closure(of: roots).map(\.string))
    return all.filter { closure.contains($0.id.value.string) }
  }

  private func matches(_ pattern: String, _ nsid: String) -> Bool {
    guard pattern.hasSuffix(".*") else { return pattern == nsid }
    return nsid.hasPrefix(pattern.dropLast())
  }
}
