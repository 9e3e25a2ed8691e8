import ATProtoSyntax
import Lexicon

/// The number of levels of objects and arrays in the flattest value of each definition.
///
/// Keeps random values finite: if few levels are left, only values that fit are chosen.
struct SchemaHeights: Sendable {
  /// A definition that requires more levels counts as unsatisfiable.
  static let maximum = 64

  private var known: [Reference: Int] = [:]

  init(_ catalog: Catalog) {
    let definitions = catalog.documents.flatMap { document in
      document.definitions.compactMap { definition -> (Reference, Schema)? in
        guard let subject = SubjectSchema(definition, in: document.id.value.string) else {
          return nil
        }
        let name = definition.name
        let reference = Reference(
          nsid: document.id.value,
          definition: name.value,
          at: name.location
        )
        return (reference, subject.schema)
      }
    }
    // Each round settles the definitions that are at most one level higher.
    for _ in 0..<Self.maximum {
      var changed = false
      for (reference, schema) in definitions where known[reference] == nil {
        guard let height = height(of: schema) else { continue }
        known[reference] = height
        changed = true
      }
      if !changed { break }
    }
  }

  /// Returns nil if no flat value is known.
  func height(of schema: Schema) -> Int? {
    let height: Int?
    switch schema.kind {
    case .boolean, .integer, .string, .bytes, .cidLink: height = 0
    case .blob, .unknown: height = 1
    case .array(let array):
      height = array.length.minimum ?? 0 > 0 ? self.height(of: array.items).map { $0 + 1 } : 1
    case .object(let object): height = self.height(of: object)
    case .ref(let reference): height = known[reference]
    case .union(let union):
      height = union.isClosed ? union.refs.compactMap { known[$0] }.min() : 1
    }
    return height.flatMap { $0 <= Self.maximum ? $0 : nil }
  }

  private func height(of object: ObjectSchema) -> Int? {
    var height = 0
    for property in object.properties where property.isRequired && !property.isNullable {
      guard let inner = self.height(of: property.schema) else { return nil }
      height = max(height, inner)
    }
    return height + 1
  }
}
