/// Tarjan's algorithm without recursion, because the depth of the graph depends on the schemas.
enum StronglyConnectedComponents {
  /// The number of the component of each node that is in a component of two or more nodes.
  static func find(_ edges: [String: [String]]) -> [String: Int] {
    var index: [String: Int] = [:]
    var low: [String: Int] = [:]
    var onStack: Set<String> = []
    var stack: [String] = []
    var result: [String: Int] = [:]
    var componentCount = 0

    for root in edges.keys.sorted() where index[root] == nil {
      var work: [(node: String, next: Int)] = [(root, 0)]
      while let (node, next) = work.last {
        if next == 0 {
          index[node] = index.count
          low[node] = index[node]
          stack.append(node)
          onStack.insert(node)
        }
        let targets = edges[node] ?? []
        if next < targets.count {
          work[work.count - 1].next += 1
          let target = targets[next]
          if index[target] == nil {
            work.append((target, 0))
          } else if onStack.contains(target) {
            low[node] = min(low[node]!, index[target]!)
          }
          continue
        }
        work.removeLast()
        if let parent = work.last?.node { low[parent] = min(low[parent]!, low[node]!) }
        guard low[node] == index[node] else { continue }
        var members: [String] = []
        while let member = stack.popLast() {
          onStack.remove(member)
          members.append(member)
          if member == node { break }
        }
        if members.count > 1 {
          for member in members { result[member] = componentCount }
        }
        componentCount += 1
      }
    }
    return result
  }
}
