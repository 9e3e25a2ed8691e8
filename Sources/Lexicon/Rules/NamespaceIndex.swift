import ATProtoSyntax

/// Information that rules need about all documents together.
struct NamespaceIndex {
  let catalog: Catalog
  /// One document of each group: `app.bsky.feed` is a group of `app.bsky.feed.post`.
  private var groups: [String: Located<NSID>] = [:]
  /// The definitions whose values records contain.
  private var stored: Set<Reference> = []
  /// The definitions that other documents refer to, with the location of one reference.
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

  /// Adds the definitions that stored definitions refer to.
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

  /// Returns the NSID of a document in a group, or nil if the group does not exist.
  func member(ofGroup name: String) -> Located<NSID>? { groups[name] }

  /// Returns the schema itself, or the target of a reference.
  func meaning(of schema: Schema) -> Schema {
    guard case .ref(let reference) = schema.kind else { return schema }
    return switch catalog.definition(reference)?.kind {
    case .schema(let target): target
    case .record(let record): Schema(.object(record.record), at: record.key.location)
    default: schema
    }
  }

  /// Returns the properties of a union member, or nil if it is not an object.
  func properties(of member: Reference) -> [PropertySchema]? {
    let schema = meaning(of: Schema(.ref(member), at: member.location))
    guard case .object(let object) = schema.kind else { return nil }
    return object.properties
  }
}
