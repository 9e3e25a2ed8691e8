import Lexicon

extension Definition {
  /// The location of a property, a value, an error, or a union member, by its name in the schema.
  /// Returns nil unless exactly one member has the name.
  func location(ofMember name: String) -> SourceLocation? {
    var found: [SourceLocation] = []
    func look(_ properties: [PropertySchema]) {
      found += properties.map(\.name).filter { $0.value == name }.map(\.location)
    }
    func look(_ errors: [ErrorSchema]) {
      found += errors.map(\.name).filter { $0.value == name }.map(\.location)
    }
    switch kind {
    case .record(let record): look(record.record.properties)
    case .query(let method), .procedure(let method):
      look(method.parameters?.properties ?? [])
      look(method.errors)
    case .subscription(let subscription):
      look(subscription.parameters?.properties ?? [])
      look(subscription.errors)
    case .permissionSet, .space, .token, .schema: break
    }
    forEachSchema { schema in
      switch schema.kind {
      case .object(let object): look(object.properties)
      case .string(let string):
        let values = (string.knownValues ?? []) + (string.enum ?? [])
        found += values.filter { $0.value == name }.map(\.location)
      default: break
      }
    }
    forEachReference { reference, use in
      if use == .member, reference.id == name { found.append(reference.location) }
    }
    return found.count == 1 ? found[0] : nil
  }
}
