public import ATProtoSyntax

/// Documents without errors, none of which depends on one with errors, and what was found wrong
/// with all that were given.
public struct CheckedCatalog: Sendable {
  public let catalog: Catalog
  /// Of every file, from parsing and checking, sorted.
  public let diagnostics: [Diagnostic]
  /// The documents taken down, sorted: those with errors, and those that depend on them.
  public let removed: [NSID]
  /// What could be read of the documents that were taken down, sorted by NSID. Definitions and
  /// properties with errors may be missing from them.
  public let drafts: [LexiconDocument]
  /// The positions in `catalog.documents` that each document refers to, sorted.
  let dependencies: [[Int]]

  /// Parses and checks files.
  ///
  /// - Parameter external: documents whose code is generated elsewhere. References may lead to
  ///   them; they are not checked, and are not in `catalog`. A file with the same NSID comes first.
  public static func check(
    _ files: [SourceFile],
    external: [LexiconDocument] = []
  ) -> CheckedCatalog {
    check(files.map { LexiconDocument.parse($0) }, external: external)
  }

  /// Checks files that are parsed already.
  public static func check(
    _ results: [DocumentParseResult],
    external: [LexiconDocument] = []
  ) -> CheckedCatalog {
    var check = CatalogCheck(results, external: external)
    check.run()
    return check.result()
  }

  /// Checks files some of whose references may lead to documents that are elsewhere: all that can
  /// be said of a document by itself.
  public static func checkPart(_ files: [SourceFile]) -> CheckedCatalog {
    var check = CatalogCheck(files.map { LexiconDocument.parse($0) }, external: [])
    check.isPartial = true
    check.run()
    return check.result()
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension CheckedCatalog {
  /// The roots with all that they refer to, directly or not; sorted. What is not in the catalog
  /// is left out.
  public func closure(of roots: [NSID]) -> [NSID] {
    search(from: roots, until: nil).reached.sorted().map { catalog.documents[$0].id.value }
  }

  /// A shortest chain of references from one of the roots to a document, both included; nil where
  /// there is none.
  public func why(_ nsid: NSID, from roots: [NSID]) -> [NSID]? {
    guard let target = catalog.position(of: nsid) else { return nil }
    let parents = search(from: roots, until: target).parents
    guard parents[target] != nil else { return nil }
    var chain = [target]
    while let last = chain.last, let parent = parents[last], parent != last {
      chain.append(parent)
    }
    return chain.reversed().map { catalog.documents[$0].id.value }
  }

  /// Breadth first. A root is its own parent.
  private func search(
    from roots: [NSID],
    until target: Int?
  ) -> (reached: [Int], parents: [Int: Int]) {
    var parents: [Int: Int] = [:]
    var queue: [Int] = []
    for root in roots.compactMap({ catalog.position(of: $0) }) where parents[root] == nil {
      parents[root] = root
      queue.append(root)
    }
    var next = 0
    while next < queue.count {
      let position = queue[next]
      next += 1
      if position == target { break }
      for dependency in dependencies[position] where parents[dependency] == nil {
        parents[dependency] = position
        queue.append(dependency)
      }
    }
    return (queue, parents)
  }
}
