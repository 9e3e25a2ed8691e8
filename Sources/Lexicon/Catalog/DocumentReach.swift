/// A selection of documents together with everything that they refer to, directly or indirectly.
public struct DocumentReach: Sendable {
  /// The NSIDs of the documents, with or without errors.
  public let nsids: Set<String>
  /// The paths of the files that define them, and of unreadable files that they refer to.
  public let paths: Set<String>

  /// Whether a finding is about one of the documents. A conflict of two documents is about both.
  public func covers(_ finding: Diagnostic) -> Bool {
    if paths.contains(finding.location.path) { return true }
    guard Self.relations.contains(finding.rule) else { return false }
    return finding.notes.contains { paths.contains($0.location.path) }
  }

  /// The rules whose findings are about the documents at their notes, too.
  private static let relations: Set = [
    Rule.duplicateNSID.id, Rule.nsidCaseConflict.id, Rule.shadowedCopy.id,
  ]
}

extension CheckedCatalog {
  /// Returns the documents with the given NSIDs and everything that they refer to, directly or
  /// indirectly. Documents with errors count, and names that no document has are left out.
  ///
  /// - Parameter others: paths of files that count, too, such as ``unnamedPaths``
  public func reach(from roots: [String], others: [String] = []) -> DocumentReach {
    let reached = graph.reached(from: roots.compactMap { graph.index[$0] })
    var paths = Set(others)
    paths.formUnion(roots.compactMap { graph.index[$0] == nil ? graph.unreadable[$0] : nil })
    for position in reached {
      paths.formUnion(graph.nodes[position].paths)
      paths.formUnion(graph.nodes[position].unreadable.compactMap { graph.unreadable[$0] })
    }
    return DocumentReach(nsids: Set(reached.map { graph.nodes[$0].nsid }), paths: paths)
  }

  /// Returns the diagnostics about the documents of a selection, sorted.
  ///
  /// A missing namespace is reported once, at the first reference from the selection to it.
  ///
  /// - Parameter remedy: text to append to the message about a missing namespace: `; add …`
  public func diagnostics(
    within reach: DocumentReach,
    remedy: (MissingNamespace) -> String = { _ in "" }
  ) -> [Diagnostic] {
    var found = diagnostics.filter { $0.rule != Rule.missingNamespace.id && reach.covers($0) }
    guard !graph.missing.isEmpty else { return found }
    let nodes = reach.nsids.compactMap { graph.index[$0] }
    for missing in graph.missing {
      guard let missing = missing.restricted(to: reach.paths) else { continue }
      var finding = missing.diagnostic(
        dependents: graph.missing.count > MissingNamespace.maximumCounted
          ? 0 : graph.dependents(of: missing, among: nodes)
      )
      finding.message += remedy(missing)
      found.append(finding)
    }
    return found.sorted()
  }
}
