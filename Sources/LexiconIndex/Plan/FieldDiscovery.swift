import ATProtoSyntax
import Lexicon

/// Finds the fields of a record lexicon, breadth first, so that limits keep the shallow ones.
///
/// References are followed. A lexicon that refers to itself has fields without end, so depth,
/// number, and the work for what is left out are bounded.
struct FieldDiscovery {
  /// A value whose fields have not been found yet.
  private struct Place {
    var schema: Schema
    var path: String
    /// The path that the members of a union are appended to: that of the array for its elements.
    var unionPath: String
    var depth: Int
    var repeats: Bool
  }

  /// What a schema is after references are followed.
  private enum Content {
    case schema(Schema)
    case object(ObjectSchema)
    /// The target of the reference is not in the catalog or has no values.
    case nothing
  }

  private let catalog: Catalog
  private(set) var fields: [FieldPlan] = []
  private(set) var omitted = 0
  private var queue: [Place] = []

  /// The most places to look at, whether or not their fields are kept.
  private static let maximumPlaces = 16 * IndexLimits.fieldsPerCollection

  init(_ record: RecordSchema, in catalog: Catalog) {
    self.catalog = catalog
    add(record.record, at: "", depth: 0, repeats: false)
    var next = 0
    while next < queue.count {
      visit(queue[next])
      next += 1
    }
  }

  private mutating func visit(_ place: Place) {
    switch content(of: place.schema) {
    case .object(let object): visit(object, at: place)
    case .nothing: add(place, .presence, type: "unknown")
    case .schema(let schema):
      switch schema.kind {
      case .boolean: add(place, .boolean, type: schema.typeName)
      case .integer: add(place, .integer, type: schema.typeName)
      case .string(let string):
        add(
          place,
          string.format == .datetime ? .datetime : .string,
          isSearched: string.isProse,
          type: string.format?.rawValue ?? schema.typeName
        )
      case .cidLink: add(place, .string, type: schema.typeName)
      case .bytes, .blob, .unknown, .ref: add(place, .presence, type: schema.typeName)
      case .object(let object): visit(object, at: place)
      case .array(let array):
        add(place, .presence, type: schema.typeName)
        let path = place.path + "[]"
        enqueue(
          Place(
            schema: array.items,
            path: path,
            unionPath: place.path,
            depth: place.depth + 1,
            repeats: true
          )
        )
      case .union(let union):
        add(place, .presence, type: schema.typeName)
        add(union, at: place, schema.location)
      }
    }
  }

  private mutating func visit(_ object: ObjectSchema, at place: Place) {
    add(place, .presence, type: "object")
    add(object, at: place.path + ".", depth: place.depth, repeats: place.repeats)
  }

  private mutating func add(
    _ object: ObjectSchema,
    at prefix: String,
    depth: Int,
    repeats: Bool
  ) {
    for property in object.properties {
      let name = property.name.value
      // `$type` is not a field, and other names with `$` are reserved.
      if name.utf8.first == UInt8(ascii: "$") { continue }
      guard FieldPath.isName(name) else {
        omitted += 1
        continue
      }
      let path = prefix + name
      enqueue(
        Place(
          schema: property.schema,
          path: path,
          unionPath: path,
          depth: depth + 1,
          repeats: repeats
        )
      )
    }
  }

  private mutating func add(
    _ union: UnionSchema,
    at place: Place,
    _ location: SourceLocation
  ) {
    var seen: Set<Reference> = []
    for reference in union.refs where seen.insert(reference).inserted {
      let path = "\(place.unionPath)[\(reference.id)]"
      enqueue(
        Place(
          schema: Schema(.ref(reference), at: location),
          path: path,
          unionPath: path,
          depth: place.depth,
          repeats: place.repeats
        )
      )
    }
  }

  private mutating func enqueue(_ place: Place) {
    guard place.depth <= IndexLimits.pathDepth, place.path.utf8.count <= IndexLimits.pathBytes,
      queue.count < Self.maximumPlaces
    else {
      omitted += 1
      return
    }
    queue.append(place)
  }

  private mutating func add(
    _ place: Place,
    _ kind: FieldPlan.Kind,
    isSearched: Bool = false,
    type: String
  ) {
    guard fields.count < IndexLimits.fieldsPerCollection else {
      omitted += 1
      return
    }
    fields.append(
      FieldPlan(
        number: fields.count,
        path: place.path,
        kind: kind,
        repeats: place.repeats,
        isSearched: isSearched,
        type: type
      )
    )
  }

  private func content(of schema: Schema) -> Content {
    guard case .ref(let reference) = schema.kind else { return .schema(schema) }
    // A named definition is not itself a reference.
    return switch catalog.definition(reference)?.kind {
    case .record(let record): .object(record.record)
    case .schema(let schema): .schema(schema)
    default: .nothing
    }
  }
}

extension StringSchema {
  /// Whether the string is text that people write: its values are neither listed nor formatted.
  fileprivate var isProse: Bool {
    format == nil && self.enum == nil && const == nil && knownValues == nil
  }
}
