/// The way in which a schema refers to a definition.
public enum ReferenceUse: Hashable, Sendable {
  /// With a `ref`.
  case ref
  /// As a member of a `union`.
  case member
}

extension LexiconDocument {
  /// Calls a closure with every reference of the document, in the order of the file.
  public func forEachReference(_ visit: (Reference, ReferenceUse) -> Void) {
    for definition in definitions {
      definition.forEachReference(visit)
    }
  }
}

extension Definition {
  /// Calls a closure with every reference of the definition, in the order of the file.
  public func forEachReference(_ visit: (Reference, ReferenceUse) -> Void) {
    forEachSchema { schema in
      switch schema.kind {
      case .ref(let reference): visit(reference, .ref)
      case .union(let union): union.refs.forEach { visit($0, .member) }
      default: break
      }
    }
    if case .subscription(let subscription) = kind {
      subscription.message.refs.forEach { visit($0, .member) }
    }
  }

  /// Calls a closure with every schema of the definition, each before the schemas inside it.
  ///
  /// The object of a record and the union of a message are not of type ``Schema``, so only the
  /// schemas inside them are visited.
  public func forEachSchema(_ visit: (Schema) -> Void) {
    switch kind {
    case .record(let record):
      record.record.forEachSchema(visit)
    case .query(let method), .procedure(let method):
      method.parameters?.properties.forEach { $0.schema.forEachSchema(visit) }
      method.input?.schema?.forEachSchema(visit)
      method.output?.schema?.forEachSchema(visit)
    case .subscription(let subscription):
      subscription.parameters?.properties.forEach { $0.schema.forEachSchema(visit) }
    case .permissionSet, .space, .token: break
    case .schema(let schema):
      schema.forEachSchema(visit)
    }
  }
}

extension Schema {
  fileprivate func forEachSchema(_ visit: (Schema) -> Void) {
    visit(self)
    switch kind {
    case .array(let array): array.items.forEachSchema(visit)
    case .object(let object): object.forEachSchema(visit)
    default: break
    }
  }
}

extension ObjectSchema {
  fileprivate func forEachSchema(_ visit: (Schema) -> Void) {
    properties.forEach { $0.schema.forEachSchema(visit) }
  }
}
