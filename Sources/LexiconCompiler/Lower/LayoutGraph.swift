/// Finds types that would contain themselves and breaks the cycles with indirection.
///
/// A field holds its value inline unless an array or a box is in between. In every strongly
/// connected component, the unions become indirect; fields are boxed only on edges that still close
/// a cycle. ``LayoutWeight`` adds boxes for values that are too large.
enum LayoutGraph {
  static func breakCycles(in declarations: inout [String: [Declaration]]) {
    let all = declarations.values.joined()
    var edges: [String: [String]] = [:]
    var unions: Set<String> = []
    for declaration in all {
      let targets = inlineTargets(of: declaration)
      if !targets.isEmpty { edges[declaration.path] = targets }
      if case .union = declaration.kind { unions.insert(declaration.path) }
    }
    let component = StronglyConnectedComponents.find(edges)
    let isCircular = { (from: String, to: String) in
      from == to || (component[from] != nil && component[from] == component[to])
    }
    let remaining = edges.filter { !unions.contains($0.key) }
    let closing = closingEdges(remaining, isCircular)

    for group in declarations.keys {
      for index in declarations[group, default: []].indices {
        let path = declarations[group]![index].path
        guard edges[path] != nil else { continue }
        switch declarations[group]![index].kind {
        case .union(var union):
          for member in union.members.indices {
            union.members[member].isIndirect = isCircular(path, union.members[member].type.path)
          }
          declarations[group]![index].kind = .union(union)
        case .structure(var structure):
          for field in structure.fields.indices {
            guard let target = inlineTarget(of: structure.fields[field].type) else { continue }
            structure.fields[field].isBoxed = closing.contains(Edge(from: path, to: target))
          }
          declarations[group]![index].kind = .structure(structure)
        default: break
        }
      }
    }
  }

  private struct Edge: Hashable {
    var from: String
    var to: String
  }

  private static func inlineTargets(of declaration: Declaration) -> [String] {
    switch declaration.kind {
    case .structure(let structure): structure.fields.compactMap { inlineTarget(of: $0.type) }
    case .union(let union): union.members.map(\.type.path)
    default: []
    }
  }

  static func inlineTarget(of type: TypeReference) -> String? {
    switch type.resolved {
    case .named(let named): named.path
    case .nullable(let wrapped): inlineTarget(of: wrapped)
    default: nil
    }
  }

  /// The edges that close a cycle in a depth-first walk, without those of unions.
  private static func closingEdges(
    _ edges: [String: [String]],
    _ isCircular: (String, String) -> Bool
  ) -> Set<Edge> {
    enum Mark { case open, done }
    var marks: [String: Mark] = [:]
    var result: Set<Edge> = []
    for root in edges.keys.sorted() where marks[root] == nil {
      var stack: [(node: String, next: Int)] = [(root, 0)]
      marks[root] = .open
      while let (node, next) = stack.last {
        let targets = edges[node] ?? []
        guard next < targets.count else {
          marks[node] = .done
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let target = targets[next]
        guard isCircular(node, target) else { continue }
        switch marks[target] {
        case .open: result.insert(Edge(from: node, to: target))
        case .done: break
        case nil:
          marks[target] = .open
          stack.append((target, 0))
        }
      }
    }
    return result
  }
}
