import ATProtoData
import Lexicon

// Variants are small valid values in which one part is at an edge, or wrong. Variants of a part
// become variants of the whole value by replacing the part.

extension Sampler {
  mutating func variants(
    of subject: SubjectSchema,
    _ goal: Goal,
    references: Int
  ) -> [Variant] {
    guard case .object(let object) = subject.schema.kind else {
      return variants(of: subject.schema, goal, references: references)
    }
    return objectVariants(
      object,
      type: subject.recordType,
      isParameters: subject.isParameters,
      goal,
      references: references
    )
  }

  mutating func variants(of schema: Schema, _ goal: Goal, references: Int) -> [Variant] {
    guard remaining > 0 else { return [] }
    let variants: [Variant]
    switch schema.kind {
    case .boolean(let boolean): variants = booleanVariants(boolean, goal)
    case .integer(let integer): variants = integerVariants(integer, goal)
    case .string(let string): variants = textVariants(TextConstraints(string), goal)
    case .bytes(let length): variants = bytesVariants(length, goal)
    case .cidLink: variants = linkVariants(goal)
    case .blob(let blob): variants = blobVariants(blob, goal)
    case .unknown: variants = dataVariants(goal)
    case .array(let array): return arrayVariants(array, goal, references: references)
    case .object(let object):
      return objectVariants(object, type: nil, goal, references: references)
    case .ref(let reference): return referenceVariants(reference, goal, references: references)
    case .union(let union): return unionVariants(union, goal, references: references)
    }
    return admitted(variants)
  }

  /// As many variants as the call may still return.
  func admitted(_ variants: [Variant]) -> [Variant] {
    Array(variants.prefix(max(remaining, 0)))
  }

  private mutating func referenceVariants(
    _ reference: Reference,
    _ goal: Goal,
    references: Int
  ) -> [Variant] {
    guard let subject = catalog.subject(reference) else { return [] }
    guard case .object = subject.schema.kind else {
      return variants(of: subject.schema, goal, references: references)
    }
    guard references > 0 else {
      return goal == .violations ? [.shape(true, .typeMismatch)] : []
    }
    return variants(of: subject, goal, references: references - 1)
  }

  // MARK: Arrays

  private mutating func arrayVariants(
    _ array: ArraySchema,
    _ goal: Goal,
    references: Int
  ) -> [Variant] {
    let least = max(array.length.minimum ?? 0, 0)
    let most = array.length.maximum ?? .max
    var variants: [Variant] = []
    switch goal {
    case .boundaries:
      for (edge, count) in [("minLength", least), ("maxLength", most)] where count <= most {
        if let value = self.array(array, count: count) { variants.append(.edge(value, edge)) }
      }
    case .violations:
      variants.append(.shape(true, .typeMismatch))
      if let value = self.array(array, count: least - 1) {
        variants.append(.constraint(value, "minLength"))
      }
      if most < .max, let value = self.array(array, count: most + 1) {
        variants.append(.constraint(value, "maxLength"))
      }
    }
    variants = admitted(variants)
    // The changed element comes last, so that its index is not always zero.
    let count = most < 2 ? max(least, 1) : max(least, 2)
    guard most > 0, case .array(let elements)? = self.array(array, count: count) else {
      return variants
    }
    for element in self.variants(of: array.items, goal, references: references) {
      var elements = elements
      elements[count - 1] = element.value
      variants.append(element.inside(.array(elements), at: .index(count - 1)))
    }
    return variants
  }

  private mutating func array(_ array: ArraySchema, count: Int) -> DataValue? {
    guard count >= 0, count <= limits.elements else { return nil }
    if count == 0 { return .array([]) }
    return small(array.items).map { .array(Array(repeating: $0, count: count)) }
  }

  // MARK: Unions

  private mutating func unionVariants(
    _ union: UnionSchema,
    _ goal: Goal,
    references: Int
  ) -> [Variant] {
    budget = 0
    let stranger = unknownMember(of: union)
    var variants: [Variant] = []
    switch goal {
    case .boundaries where !union.isClosed:
      variants.append(.edge(stranger, "unknown member"))
      budget = limits.values
      variants.append(.edge(unknownMember(of: union), "unknown member"))
    case .boundaries: break
    case .violations:
      variants.append(.shape("not an object", .typeMismatch))
      variants.append(.shape([:], .missingType))
      variants.append(.shape(["$type": 1], .typeMismatch).inside(["$type": 1], at: .key("$type")))
      if union.isClosed { variants.append(.shape(stranger, .unknownMember)) }
    }
    variants = admitted(variants)
    for reference in union.refs {
      guard let subject = catalog.subject(reference), let value = small(subject) else { continue }
      if goal == .boundaries { variants.append(.edge(typed(value, as: reference), "member")) }
      guard references > 0 else { continue }
      for inner in self.variants(of: subject, goal, references: references - 1) {
        // Without its `$type`, an object would not be a member.
        guard inner.value.object != nil, inner.path.first != .key("$type") else { continue }
        var inner = inner
        inner.value = typed(inner.value, as: reference)
        variants.append(inner)
      }
    }
    return variants
  }
}
