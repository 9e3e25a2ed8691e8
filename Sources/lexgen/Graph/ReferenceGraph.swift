import ATProtoSyntax
import Lexicon

/// The references between documents or between definitions.
struct ReferenceGraph: Equatable {
  enum Level: String, CaseIterable {
    case documents
    case definitions
  }

  struct Edge: Hashable {
    var source: Int
    var target: Int
  }

  /// Sorted.
  let nodes: [String]
  /// Sorted, without duplicates.
  let edges: [Edge]

  /// - Parameter root: a document; only nodes that are reachable from it are included.
  init(_ checked: CheckedCatalog, root: NSID?, level: Level) {
    let ids = root.map { checked.closure(of: [$0]) }
    let taken = ids.map { Set($0.map(\.string)) }
    let documents = checked.catalog.documents
      .filter { taken?.contains($0.id.value.string) ?? true }
    var links: [String: Set<String>] = [:]
    for document in documents {
      let nsid = document.id.value.string
      for definition in document.definitions {
        let source =
          level == .documents || definition.isMain ? nsid : "\(nsid)#\(definition.name.value)"
        links[source, default: []].formUnion([])
        definition.forEachReference { reference, _ in
          let target = level == .documents ? reference.nsid.string : reference.id
          if target != source || level == .definitions { links[source]?.insert(target) }
        }
      }
    }
    if let root, level == .definitions { links = Self.reachable(in: links, from: root.string) }
    let nodes = Set(links.keys).union(links.values.joined()).sorted()
    let positions = Dictionary(uniqueKeysWithValues: zip(nodes, nodes.indices))
    self.nodes = nodes
    edges = nodes.indices.flatMap { source in
      (links[nodes[source]] ?? []).compactMap { positions[$0] }.sorted()
        .map { Edge(source: source, target: $0) }
    }
  }

  /// A document's definitions and everything reachable from them.
  private static func reachable(
    in links: [String: Set<String>],
    from nsid: String
  ) -> [String: Set<String>] {
    var queue = links.keys.filter { $0 == nsid || $0.hasPrefix("\(nsid)#") }
    var result: [String: Set<String>] = [:]
    while let next = queue.popLast() {
      guard result[next] == nil else { continue }
      let targets = links[next] ?? []
      result[next] = targets
      queue += targets
    }
    return result
  }

  /// The graph for Graphviz. A quoted string ends at a quotation mark without a backslash, also if a
  /// combining mark follows it: Graphviz reads bytes.
  var dot: String {
    var lines = ["digraph lexicons {", "  rankdir=LR", "  node [shape=box, fontname=monospace]"]
    let names = nodes.map { node in
      let escaped = node.printable.unicodeScalars.map { scalar in
        scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : String(scalar)
      }
      return "\"" + escaped.joined() + "\""
    }
    lines += names.map { "  \($0)" }
    lines += edges.map { "  \(names[$0.source]) -> \(names[$0.target])" }
    return (lines + ["}"]).joined(separator: "\n")
  }

  /// The graph for Mermaid. Characters other than plain ones are written as numbered entities.
  var mermaid: String {
    let labels = nodes.map { node in
      node.printable.unicodeScalars.map { scalar in
        let isPlain =
          scalar.isASCII
          && (scalar.properties.isAlphabetic || "0123456789.-".unicodeScalars.contains(scalar))
        return isPlain ? String(scalar) : "#\(scalar.value);"
      }.joined()
    }
    var lines = ["flowchart LR"]
    lines += labels.enumerated().map { "  n\($0.offset)[\"\($0.element)\"]" }
    lines += edges.map { "  n\($0.source) --> n\($0.target)" }
    return lines.joined(separator: "\n")
  }
}
