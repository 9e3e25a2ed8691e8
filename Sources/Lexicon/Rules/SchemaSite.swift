/// A schema with its position in the document.
struct SchemaSite {
  enum Position {
    case record
    case parameters
    case input
    case output
    /// In a named definition.
    case named
  }

  var position: Position
  var schema: Schema
  /// The property that has the schema. For the items of an array, the property of the array.
  var property: PropertySchema?
  /// Whether the schema is the items of an array.
  var isElement = false
  /// Whether records contain values of the schema, directly or through references.
  var isStored: Bool

  /// The location of findings about the schema.
  var location: SourceLocation {
    isElement ? schema.location : property?.name.location ?? schema.location
  }

  /// The schema in messages: `'text'`, `an element of 'tags'`.
  var name: String {
    let owner = property.map { quoted($0.name.value) } ?? "the definition"
    return isElement ? "an element of \(owner)" : owner
  }

  /// Returns all schemas of a document, each before the schemas inside it.
  static func all(in document: LexiconDocument, _ names: NamespaceIndex) -> [SchemaSite] {
    var sites: [SchemaSite] = []
    for definition in document.definitions {
      let isStored = names.isStored(definition.name.value, of: document.id.value)
      var walk = SiteWalk(position: .named, isStored: isStored)
      switch definition.kind {
      case .record(let record):
        walk.position = .record
        walk.properties(record.record.properties)
      case .query(let method), .procedure(let method):
        walk.method(method)
      case .subscription(let subscription):
        walk.position = .parameters
        walk.properties(subscription.parameters?.properties ?? [])
      case .schema(let schema):
        walk.schema(schema, nil, isElement: false)
      case .permissionSet, .space, .token: break
      }
      sites += walk.sites
    }
    return sites
  }
}

private struct SiteWalk {
  var position: SchemaSite.Position
  let isStored: Bool
  var sites: [SchemaSite] = []

  init(position: SchemaSite.Position, isStored: Bool) {
    self.position = position
    self.isStored = isStored
  }

  mutating func method(_ method: MethodSchema) {
    position = .parameters
    properties(method.parameters?.properties ?? [])
    position = .input
    if let schema = method.input?.schema { self.schema(schema, nil, isElement: false) }
    position = .output
    if let schema = method.output?.schema { self.schema(schema, nil, isElement: false) }
  }

  mutating func properties(_ properties: [PropertySchema]) {
    for property in properties { schema(property.schema, property, isElement: false) }
  }

  mutating func schema(_ schema: Schema, _ property: PropertySchema?, isElement: Bool) {
    sites.append(
      SchemaSite(
        position: position,
        schema: schema,
        property: property,
        isElement: isElement,
        isStored: isStored
      )
    )
    switch schema.kind {
    case .array(let array): self.schema(array.items, property, isElement: true)
    case .object(let object): properties(object.properties)
    default: break
    }
  }
}
