import ATProtoSyntax

extension CatalogCheck {
  /// Removes documents with errors, and all documents that depend on them.
  mutating func result() -> CheckedCatalog {
    let hasErrors = entries.map { $0.isBroken || $0.lacksNamespace }
    removeDependents()
    let graph = graph(hasErrors)
    reportMissing(graph)
    let catalog = Catalog(
      entries.lazy.filter { !$0.isBroken && !$0.isExternal }.map(\.draft.document)
    )
    var dependencies = [[Int]](repeating: [], count: catalog.documents.count)
    for entry in entries where !entry.isBroken && !entry.isExternal {
      guard let position = catalog.position(of: entry.nsid) else { continue }
      let positions = entry.dependencies.compactMap { dependency in
        catalog.position(of: entries[dependency.entry].nsid)
      }
      dependencies[position] = Set(positions).subtracting([position]).sorted()
    }
    return CheckedCatalog(
      catalog: catalog,
      diagnostics: diagnostics.sorted(),
      removed: removed.sorted(),
      drafts: entries.filter { $0.isBroken && !$0.isExternal }.map(\.draft.document)
        .sorted { $0.id.value < $1.id.value },
      dependencies: dependencies,
      graph: graph
    )
  }

  /// Marks documents that depend on a document with an error as broken.
  private mutating func removeDependents() {
    var dependents = [[(entry: Int, location: SourceLocation)]](
      repeating: [],
      count: entries.count
    )
    for (position, entry) in entries.enumerated() {
      for dependency in entry.dependencies where dependency.entry != position {
        dependents[dependency.entry].append((position, dependency.location))
      }
    }
    var queue = entries.indices.filter { entries[$0].isBroken && !entries[$0].isExternal }
    var next = 0
    while next < queue.count {
      let broken = entries[queue[next]]
      next += 1
      removed.insert(broken.nsid)
      for (dependent, location) in dependents[queue[next - 1]] where !entries[dependent].isBroken {
        entries[dependent].isBroken = true
        queue.append(dependent)
        diagnostics.append(
          Diagnostic(
            .dependsOnError,
            at: location,
            "\(quoted(entries[dependent].nsid.string)) is skipped because it refers to "
              + "\(quoted(broken.nsid.string)), which has errors or is skipped itself"
          )
        )
      }
    }
    // The finding about a missing namespace says how many documents depend on it.
    queue = entries.indices.filter { entries[$0].lacksNamespace && !entries[$0].isBroken }
    for position in queue { entries[position].isBroken = true }
    while let position = queue.popLast() {
      removed.insert(entries[position].nsid)
      for (dependent, _) in dependents[position] where !entries[dependent].isBroken {
        entries[dependent].isBroken = true
        queue.append(dependent)
      }
    }
  }

  private mutating func reportMissing(_ graph: DocumentGraph) {
    let all = Array(graph.nodes.indices)
    for missing in graph.missing {
      let count =
        graph.missing.count > MissingNamespace.maximumCounted
        ? 0 : graph.dependents(of: missing, among: all)
      diagnostics.append(missing.diagnostic(dependents: count))
    }
  }

  private func graph(_ hasErrors: [Bool]) -> DocumentGraph {
    DocumentGraph(
      nodes: entries.enumerated().map { position, entry in
        var dependencies: [Int] = []
        var seen: Set = [position]
        for dependency in entry.dependencies where seen.insert(dependency.entry).inserted {
          dependencies.append(dependency.entry)
        }
        return DocumentGraph.Node(
          nsid: entry.nsid.string,
          role: entry.role,
          paths: [entry.draft.document.id.location.path] + entry.duplicates,
          dependencies: dependencies,
          unreadable: entry.unreadable,
          hasErrors: hasErrors[position],
          isRemoved: entry.isBroken
        )
      },
      index: index,
      unreadable: unreadable,
      unnamed: unnamedPaths.sorted(),
      missing: missing.map { MissingNamespace(root: $0, references: $1) }.sorted {
        $0.root < $1.root
      }
    )
  }
}
