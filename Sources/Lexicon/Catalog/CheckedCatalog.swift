public import ATProtoSyntax

/// The result of checking documents together: the valid documents, and all diagnostics.
///
/// A document with an error is removed, together with all documents that depend on it, so every
/// reference in ``catalog`` has a valid target.
public struct CheckedCatalog: Sendable {
  /// The valid documents.
  public let catalog: Catalog
  /// The diagnostics of parsing and checking all files, sorted.
  public let diagnostics: [Diagnostic]
  /// The NSIDs of the removed documents, sorted: those with errors, and those that depend on them.
  public let removed: [NSID]
  /// The readable parts of the removed documents, sorted by NSID. Definitions and properties with
  /// errors may be missing.
  public let drafts: [LexiconDocument]
  /// The positions in `catalog.documents` of the documents that each document refers to, sorted.
  let dependencies: [[Int]]
  /// All documents, with or without errors.
  let graph: DocumentGraph

  /// Parses and checks files.
  ///
  /// - Parameter external: documents whose code is generated elsewhere. References may have them as
  ///   targets, but they are not checked and not in ``catalog``. A file with the same NSID takes
  ///   precedence.
  public static func check(
    _ files: [SourceFile],
    external: [LexiconDocument] = [],
    features: LexiconFeatures = []
  ) -> CheckedCatalog {
    check(files.map { LexiconDocument.parse($0, features: features) }, external: external)
  }

  /// Parses and checks files with different roles.
  ///
  /// - Parameter external: documents whose code is generated elsewhere. References may have them as
  ///   targets, but they are not checked and not in ``catalog``. A file with the same NSID takes
  ///   precedence.
  public static func check(
    _ files: [CatalogFile],
    external: [LexiconDocument] = [],
    features: LexiconFeatures = []
  ) -> CheckedCatalog {
    // A directory of references may contain files of the project.
    let roles = Dictionary(files.map { ($0.file.path, $0.role) }, uniquingKeysWith: min)
    let files = files.filter { roles[$0.file.path] == $0.role }
    return check(files.map { LexiconDocument.parse($0, features) }, external: external)
  }

  /// Checks files that are already parsed.
  public static func check(
    _ results: [DocumentParseResult],
    external: [LexiconDocument] = []
  ) -> CheckedCatalog {
    var check = CatalogCheck(results, external: external)
    check.run()
    return check.result()
  }

  /// Parses and checks a part of a catalog. References to documents that are not in the part are
  /// accepted.
  public static func checkPart(
    _ files: [SourceFile],
    features: LexiconFeatures = []
  ) -> CheckedCatalog {
    let results = files.map { LexiconDocument.parse($0, features: features) }
    var check = CatalogCheck(results, external: [])
    check.isPartial = true
    check.run()
    return check.result()
  }

  /// Whether any diagnostic is an error.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension CheckedCatalog {
  /// Returns the given documents and all documents that they refer to, directly or indirectly,
  /// sorted. NSIDs that are not in the catalog are left out.
  public func closure(of roots: [NSID]) -> [NSID] {
    search(from: roots, until: nil).reached.sorted().map { catalog.documents[$0].id.value }
  }

  /// Returns a shortest chain of references from one of the roots to a document, including both, or
  /// nil if there is none.
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

  /// Searches breadth first. The parent of a root is the root itself.
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
