import ATProtoSyntax

/// What rules ask about all documents together.
struct NamespaceIndex {
  let catalog: Catalog
  /// A document of each group: `app.bsky.feed` is one of `app.bsky.feed.post`.
  private var groups: [String: Located<NSID>] = [:]
  /// Definitions that records hold.
  private var stored: Set<Reference> = []
  /// Definitions that other documents refer to, with one such place.
  private(set) var shared: [Reference: SourceLocation] = [:]

  init(_ catalog: Catalog) {
    self.catalog = catalog
    for document in catalog.documents {
      let nsid = document.id.value.string
      if let end = nsid.lastIndex(of: ".") {
        var group = nsid[..<end]
        while groups[String(group)] == nil {
          groups[String(group)] = document.id
          guard let end = group.lastIndex(of: ".") else { break }
          group = group[..<end]
        }
      }
      document.forEachReference { reference, _ in
        guard reference.nsid != document.id.value, reference.definition != "main" else { return }
        if shared[reference] == nil { shared[reference] = reference.location }
      }
      for definition in document.definitions {
        guard case .record = definition.kind else { continue }
        stored.insert(
          Reference(
            nsid: document.id.value,
            definition: definition.name.value,
            at: definition.name.location
          )
        )
      }
    }
    follow()
  }

  /// A record holds what it refers to.
  private mutating func follow() {
    var queue = Array(stored)
    while let next = queue.popLast() {
      catalog.definition(next)?.forEachReference { reference, _ in
        if stored.insert(reference).inserted { queue.append(reference) }
      }
    }
  }

  func isStored(_ definition: String, of nsid: NSID) -> Bool {
    let place = SourceLocation(path: "", offset: 0, line: 1, column: 1)
    return stored.contains(Reference(nsid: nsid, definition: definition, at: place))
  }

  /// A document whose NSID begins with `name` and a period.
  func member(ofGroup name: String) -> Located<NSID>? { groups[name] }

  /// The schema, or the one that it refers to.
  func meaning(of schema: Schema) -> Schema {
    guard case .ref(let reference) = schema.kind else { return schema }
    return switch catalog.definition(reference)?.kind {
    case .schema(let target): target
    case .record(let record): Schema(.object(record.record), at: record.key.location)
    default: schema
    }
  }

  /// The fields of a member of a union.
  func properties(of member: Reference) -> [PropertySchema]? {
    let schema = meaning(of: Schema(.ref(member), at: member.location))
    guard case .object(let object) = schema.kind else { return nil }
    return object.properties
  }
}
