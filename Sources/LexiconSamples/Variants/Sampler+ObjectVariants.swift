import ATProtoData
import Lexicon

extension Sampler {
  mutating func objectVariants(
    _ object: ObjectSchema,
    type: String?,
    isParameters: Bool = false,
    _ goal: Goal,
    references: Int
  ) -> [Variant] {
    budget = 0
    guard var fields = fields(of: object, room: SchemaHeights.maximum) else { return [] }
    if let type { fields.append(("$type", .string(type))) }
    let base = Fields(fields)
    var variants =
      goal == .boundaries
      ? edges(of: object, base, isParameters: isParameters) : shapeFaults(of: object, base, type)
    remaining -= variants.count
    for property in object.properties where remaining > 0 {
      let key = property.name.value
      for inner in self.variants(of: property.schema, goal, references: references) {
        // Every variant of a part is copied into each value that contains it.
        guard remaining > 0 else { break }
        remaining -= 1
        variants.append(inner.inside(base.setting(key, inner.value), at: .key(key)))
      }
    }
    return variants
  }

  private mutating func edges(
    of object: ObjectSchema,
    _ base: Fields,
    isParameters: Bool
  ) -> [Variant] {
    var variants: [Variant] = [.edge(base.value, "absent")]
    var all = base
    for property in object.properties {
      let key = property.name.value
      if property.isNullable {
        variants.append(Variant.edge(.null, "null").inside(base.setting(key, .null), at: .key(key)))
      }
      guard !property.isRequired, let value = small(property.schema) else { continue }
      all.add(key, value)
    }
    variants.append(.edge(all.value, "present"))
    guard !isParameters else { return variants }
    // All unknown fields together, with few and with many known fields.
    budget = limits.values
    let taken = Set(object.properties.map(\.name.value))
    for base in [base, all] {
      var more = base
      for (key, value) in unknownFields(room: 4) where !taken.contains(key) {
        more.add(key, value)
      }
      variants.append(.edge(more.value, "unknown field"))
    }
    return variants
  }

  private mutating func shapeFaults(
    of object: ObjectSchema,
    _ base: Fields,
    _ type: String?
  ) -> [Variant] {
    var variants: [Variant] = [.shape("not an object", .typeMismatch)]
    func add(_ key: String, _ value: DataValue?, _ code: DataError.Code) {
      let whole = value.map { base.setting(key, $0) } ?? base.removing(key)
      variants.append(Variant.shape(whole, code).inside(whole, at: .key(key)))
    }
    if type != nil {
      add("$type", nil, .missingField)
      add("$type", "com.example.another", .wrongType)
      add("$type", true, .typeMismatch)
    }
    for property in object.properties {
      let key = property.name.value
      if property.isRequired { add(key, nil, .missingField) }
      // Null is also data; the variants for data of any type cover it.
      if case .unknown = property.schema.kind { continue }
      if !property.isNullable { add(key, .null, .typeMismatch) }
    }
    return variants
  }
}

/// The fields of an object from which variants are created.
private struct Fields {
  private var fields: [(key: String, value: DataValue)]
  private var positions: [String: Int] = [:]

  init(_ fields: [(key: String, value: DataValue)]) {
    self.fields = fields
    for (position, field) in fields.enumerated() { positions[field.key] = position }
  }

  var value: DataValue { .object(DataObject(distinct: fields)) }

  func setting(_ key: String, _ value: DataValue) -> DataValue {
    var fields = fields
    if let position = positions[key] {
      fields[position].value = value
    } else {
      fields.append((key, value))
    }
    return .object(DataObject(distinct: fields))
  }

  func removing(_ key: String) -> DataValue {
    .object(DataObject(distinct: fields.filter { $0.key != key }))
  }

  mutating func add(_ key: String, _ value: DataValue) {
    positions[key] = fields.count
    fields.append((key, value))
  }
}
