public import ATProtoSyntax

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
