import ATProtoSyntax

/// The flows that the definitions of one catalog are used in, with a place for each.
struct DefinitionUses {
  private(set) var flows: [Reference: [DataFlow: String]] = [:]
  private let catalog: Catalog
  private var pending: [(Reference, DataFlow, String)] = []

  init(_ catalog: Catalog) {
    self.catalog = catalog
    for document in catalog.documents {
      for definition in document.definitions { begin(definition, document.id.value.string) }
    }
    var next = 0
    while next < pending.count {
      let (reference, flow, place) = pending[next]
      next += 1
      guard flows[reference]?[flow] == nil else { continue }
      flows[reference, default: [:]][flow] = place
      if let definition = catalog.definition(reference), case .schema = definition.kind {
        definition.forEachReference { target, _ in pending.append((target, flow, place)) }
      }
    }
    pending = []
  }

  private mutating func begin(_ definition: Definition, _ nsid: String) {
    switch definition.kind {
    case .record:
      definition.forEachReference { target, _ in
        pending.append((target, .shared, "the record \(nsid)"))
      }
    case .query(let method), .procedure(let method):
      // Parameters have no references.
      if let schema = method.input?.schema { begin(schema, .request, "the input of \(nsid)") }
      if let schema = method.output?.schema { begin(schema, .response, "the output of \(nsid)") }
    case .subscription(let subscription):
      for member in subscription.message.refs {
        pending.append((member, .response, "the messages of \(nsid)"))
      }
    case .permissionSet, .space, .token, .schema: break
    }
  }

  private mutating func begin(_ schema: Schema, _ flow: DataFlow, _ place: String) {
    let name = Located("main", at: schema.location)
    Definition(name: name, kind: .schema(schema)).forEachReference { target, _ in
      pending.append((target, flow, place))
    }
  }
}
