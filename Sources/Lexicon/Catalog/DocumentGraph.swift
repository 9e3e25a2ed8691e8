/// All documents that a check has seen, valid or not, with their references.
struct DocumentGraph: Sendable {
  /// One document, or several files with the same NSID.
  struct Node: Sendable {
    var nsid: String
    var role: DocumentRole
    /// The paths of the files that define the document. Only duplicates have more than one.
    var paths: [String]
    /// The documents that this one refers to, without duplicates.
    var dependencies: [Int]
    /// The NSIDs that this document refers to and that the paths of unreadable files spell.
    var unreadable: [String]
    /// Whether the document has an error of its own.
    var hasErrors: Bool
    /// Whether the document is not in the catalog, because it or a document that it depends on has
    /// an error.
    var isRemoved: Bool
  }

  var nodes: [Node] = []
  /// The positions of the nodes by NSID.
  var index: [String: Int] = [:]
  /// The paths of files without a readable NSID, by the NSIDs that they may spell.
  var unreadable: [String: String] = [:]
  /// The paths of the project's own files without a readable NSID.
  var unnamed: [String] = []
  /// The namespaces that no document belongs to, but that references lead to, sorted by root.
  var missing: [MissingNamespace] = []

  /// Searches breadth first from the given nodes, and returns the reached ones in that order.
  func reached(from roots: [Int]) -> [Int] {
    var seen = [Bool](repeating: false, count: nodes.count)
    var queue: [Int] = []
    for root in roots where !seen[root] {
      seen[root] = true
      queue.append(root)
    }
    var next = 0
    while next < queue.count {
      let node = nodes[queue[next]]
      next += 1
      for dependency in node.dependencies where !seen[dependency] {
        seen[dependency] = true
        queue.append(dependency)
      }
    }
    return queue
  }

  /// Returns how many of the given nodes refer to a missing namespace, directly or indirectly.
  func dependents(of missing: MissingNamespace, among nodes: [Int]) -> Int {
    let paths = Set(missing.references.map(\.location.path))
    var dependents: [Int: [Int]] = [:]
    var found: Set<Int> = []
    for position in nodes {
      let node = self.nodes[position]
      if node.paths.contains(where: paths.contains) { found.insert(position) }
      for dependency in node.dependencies { dependents[dependency, default: []].append(position) }
    }
    var queue = Array(found)
    while let position = queue.popLast() {
      for dependent in dependents[position] ?? [] where found.insert(dependent).inserted {
        queue.append(dependent)
      }
    }
    return found.count
  }
}

/// What a check found out about the document with a given NSID.
public enum DocumentStatus: Sendable {
  /// The document is in the catalog, or external.
  case valid(DocumentRole)
  /// The document has an error of its own.
  case hasErrors(first: Diagnostic)
  /// The document refers to another one that has an error, or that is in an unreadable file. The
  /// text is the NSID of that document.
  case dependsOn(String, first: Diagnostic)
  /// The document is probably in a file that cannot be parsed, or that has no valid NSID.
  case unreadable(path: String)
  /// There is no such document.
  case unknown(nearest: String?)
}

extension CheckedCatalog {
  /// The NSIDs of the project's own documents, with or without errors, sorted.
  public var ownNSIDs: [String] {
    graph.nodes.filter { $0.role == .own }.map(\.nsid).sorted()
  }

  /// The paths of the project's own files that have no readable NSID, because they are malformed or
  /// are not Lexicon documents, sorted.
  public var unnamedPaths: [String] { graph.unnamed }

  /// Returns the status of a document, which may have errors. A document in an unreadable file is
  /// found by an NSID that the path of the file spells.
  public func status(of nsid: String) -> DocumentStatus {
    guard let position = graph.index[nsid] else {
      if let path = graph.unreadable[nsid] { return .unreadable(path: path) }
      let names = graph.nodes.map(\.nsid) + graph.unreadable.keys.sorted()
      return .unknown(nearest: Suggestion.nearest(to: nsid, among: names))
    }
    let node = graph.nodes[position]
    guard node.isRemoved else { return .valid(node.role) }
    if node.hasErrors, let first = firstError(of: node) { return .hasErrors(first: first) }
    for other in graph.reached(from: [position]) {
      let other = graph.nodes[other]
      if other.nsid != nsid, other.hasErrors, let first = firstError(of: other) {
        return .dependsOn(other.nsid, first: first)
      }
      for name in other.unreadable {
        guard let path = graph.unreadable[name],
          let first = diagnostics.first(where: { $0.severity == .error && $0.location.path == path }
          )
        else { continue }
        return .dependsOn(name, first: first)
      }
    }
    return .valid(node.role)
  }

  /// The first error at a document, or the first one that has a note at it.
  private func firstError(of node: DocumentGraph.Node) -> Diagnostic? {
    let paths = Set(node.paths)
    let reach = DocumentReach(nsids: [node.nsid], paths: paths)
    let errors = diagnostics(within: reach).filter { $0.severity == .error }
    return errors.first { paths.contains($0.location.path) } ?? errors.first
  }
}
