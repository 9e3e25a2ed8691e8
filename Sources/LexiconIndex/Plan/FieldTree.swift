/// The fields of a plan by the steps of their paths, to walk records and to resolve paths.
struct FieldTree: Sendable {
  /// What a walk needs to know of a field.
  struct Field: Sendable {
    /// The position in the fields of the plan.
    var position: Int
    var number: Int
    var kind: FieldPlan.Kind
    var repeats: Bool
    var isSearched: Bool
  }

  /// The value at a path.
  struct Node: Sendable {
    /// The field that is kept of the value; nil if there is none.
    var field: Field?
    /// The nodes of an object's properties.
    var properties: [String: Int] = [:]
    /// The node of an array's elements.
    var element: Int?
    /// The nodes of a union's members by `$type`, or of an array's elements that are unions.
    var members: [String: Int] = [:]
  }

  /// The first is the record.
  private(set) var nodes = [Node()]

  static let root = 0

  /// The tree of a collection without a lexicon.
  static let empty = FieldTree([])

  init(_ fields: [FieldPlan]) {
    for (position, field) in fields.enumerated() {
      guard let path = FieldPath(field.path) else { continue }
      var node = Self.root
      for step in path.steps { node = child(of: node, step) }
      nodes[node].field = Field(
        position: position,
        number: field.number,
        kind: field.kind,
        repeats: field.repeats,
        isSearched: field.isSearched
      )
    }
  }

  private mutating func child(of node: Int, _ step: FieldPath.Step) -> Int {
    let next = nodes.count
    let existing: Int?
    switch step {
    case .name(let name):
      existing = nodes[node].properties[name]
      if existing == nil { nodes[node].properties[name] = next }
    case .element:
      existing = nodes[node].element
      if existing == nil { nodes[node].element = next }
    case .member(let type):
      existing = nodes[node].members[type]
      if existing == nil { nodes[node].members[type] = next }
    }
    if let existing { return existing }
    nodes.append(Node())
    return next
  }

  /// The positions of the fields that a path leads to; several if it leaves a union step out.
  func positions(at path: FieldPath) -> [Int] {
    // A path may lead to an element of an array of unions without its member, so the array is kept
    // with the element.
    var places: [(node: Int, array: Int?)] = [(Self.root, nil)]
    for step in path.steps {
      var next: [(node: Int, array: Int?)] = []
      for place in places {
        switch step {
        case .name(let name):
          for node in withMembers(place) {
            if let child = nodes[node].properties[name] { next.append((child, nil)) }
          }
        case .element:
          if let child = nodes[place.node].element { next.append((child, place.node)) }
        case .member(let type):
          let child =
            nodes[place.node].members[type] ?? place.array.flatMap { nodes[$0].members[type] }
          if let child { next.append((child, nil)) }
        }
      }
      places = next
    }
    return places.compactMap { nodes[$0.node].field?.position }.sorted()
  }

  /// The objects that a value may be: itself, or a member of a union that the path left out.
  private func withMembers(_ place: (node: Int, array: Int?)) -> [Int] {
    // The members of an array are those of its elements, which `[]` must lead to.
    let union = place.array ?? (nodes[place.node].element == nil ? place.node : nil)
    return [place.node] + (union.map { nodes[$0].members.values.sorted() } ?? [])
  }
}
