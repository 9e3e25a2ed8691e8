import ATProtoSyntax
import Lexicon

extension Lowering {
  /// The constraints of a field, including those of the definitions that it refers to.
  func checks(for schema: Schema, type: TypeReference) -> [Check] {
    switch schema.kind {
    case .boolean(let boolean):
      return boolean.const.map { [.boolean(const: $0)] } ?? []
    case .integer(let integer):
      guard
        integer.minimum != nil || integer.maximum != nil || integer.const != nil
          || integer.enum != nil
      else { return [] }
      return [
        .integer(
          minimum: integer.minimum,
          maximum: integer.maximum,
          const: integer.const,
          oneOf: integer.enum
        )
      ]
    case .string(let string):
      return checks(for: string)
    case .bytes(let limits):
      return limits.isEmpty ? [] : [.bytes(limits)]
    case .blob(let blob):
      return [.blob(accept: blob.accept, maxSize: blob.maxSize)]
    case .array(let array):
      guard case .array(let element) = type.resolved else { return [] }
      return checks(for: array, element: element)
    case .object, .union, .unknown:
      return [.nested]
    case .ref(let reference):
      return checks(for: reference, type: type)
    case .cidLink:
      return []
    }
  }

  private func checks(for string: StringSchema) -> [Check] {
    var checks: [Check] = []
    // The values of an `enum` do not need a check, because a Swift enum has no other values.
    if !string.length.isEmpty || !string.graphemes.isEmpty || string.const != nil {
      checks.append(
        .string(length: string.length, graphemes: string.graphemes, const: string.const)
      )
    }
    if string.format != nil, string.enum?.isEmpty ?? true { checks.append(.nested) }
    return checks
  }

  private func checks(for array: ArraySchema, element: TypeReference) -> [Check] {
    var checks: [Check] = array.length.isEmpty ? [] : [.count(array.length)]
    let items = self.checks(for: array.items, type: element)
    // An array validates its elements itself; only further constraints need a closure.
    if items == [.nested] {
      checks.append(.nested)
    } else if !items.isEmpty {
      checks.append(.each(items, element: element))
    }
    return checks
  }

  private func checks(for reference: Reference, type: TypeReference) -> [Check] {
    guard let definition = catalog.definition(reference) else { return [] }
    switch definition.kind {
    case .record: return [.nested]
    case .schema(let schema): return checks(for: schema, type: type.resolved)
    case .query, .procedure, .subscription, .permissionSet, .space, .token: return []
    }
  }
}

extension LengthLimits {
  var isEmpty: Bool { minimum == nil && maximum == nil }
}
