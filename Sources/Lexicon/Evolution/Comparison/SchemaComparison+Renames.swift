/// The remaining effort for finding renamed properties. All comparisons of two catalogs share it.
final class RenameSearch {
  /// The number of schemas, properties, union members, and values that may still be compared. A
  /// hostile catalog could pair every property with all others, and with all that they refer to.
  private var steps = 200_000

  /// Whether there are steps left. Otherwise, properties count as removed and added.
  var isOpen: Bool { steps > 0 }

  /// Takes steps, and returns whether there were enough.
  func take(_ count: Int) -> Bool {
    steps -= min(steps, count)
    return isOpen
  }
}

// "Fields can not be renamed". A property that was removed and one that was added are reported as
// renamed if they have the same meaning and similar names, or if they are the only ones.
extension SchemaComparison {
  /// The maximum number of removed or added properties among which renamed ones are looked for.
  private static let maximumCandidates = 64
  /// The maximum number of definitions that are compared for one pair of properties.
  private static let maximumSteps = 64

  /// Returns the removed property that each added property has replaced, by the new name.
  func renames(
    _ removed: [PropertySchema],
    _ added: [PropertySchema]
  ) -> [String: PropertySchema] {
    guard findsRenames, search.isOpen, !removed.isEmpty, !added.isEmpty,
      removed.count <= Self.maximumCandidates, added.count <= Self.maximumCandidates
    else { return [:] }
    let isOnly = removed.count == 1 && added.count == 1
    var result: [String: PropertySchema] = [:]
    var left = removed
    for property in added {
      let name = property.name.value
      let match = left.firstIndex { before in
        let isSimilar = Self.isSimilar(before.name.value, name)
        return (isSimilar || isOnly && !property.schema.isBareScalar)
          && before.isRequired == property.isRequired && before.isNullable == property.isNullable
          && meansTheSame(before.schema, property.schema)
      }
      if let match { result[name] = left.remove(at: match) }
    }
    return result
  }

  /// Whether two names differ only in case and separators, or by a typing error.
  static func isSimilar(_ a: String, _ b: String) -> Bool {
    letters(a) == letters(b) || Suggestion.nearest(to: a, among: [b]) != nil
  }

  private static func letters(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
  }

  /// Whether two schemas describe the same values, with all references followed.
  private func meansTheSame(_ a: Schema, _ b: Schema) -> Bool {
    var start = SchemaComparison(old, new, path: path, search: search, findsRenames: false)
    start.compare(a, b)
    guard start.isHarmless else { return false }
    var seen: Set<Pair> = []
    var pending = start.edges
    while let pair = pending.popLast() {
      // Changes of a definition that kept its name are reported there.
      if pair.old == pair.new || !seen.insert(pair).inserted { continue }
      guard seen.count <= Self.maximumSteps,
        case .schema(let a)? = old.definition(pair.old)?.kind,
        case .schema(let b)? = new.definition(pair.new)?.kind
      else { return false }
      var comparison = SchemaComparison(old, new, path: path, search: search, findsRenames: false)
      comparison.compare(a, b)
      guard comparison.isHarmless else { return false }
      pending += comparison.edges
    }
    // A comparison without enough steps is incomplete.
    return search.isOpen
  }

  /// Whether all differences leave the valid values as they are.
  var isHarmless: Bool {
    differences.allSatisfy { [.referenceRenamed, .descriptionChanged].contains($0.rule) }
  }
}

extension Schema {
  /// The number of steps that comparing the schema takes, without the schemas in it.
  var comparisonSteps: Int {
    switch kind {
    case .object(let object): 1 + object.properties.count
    case .union(let union): 1 + union.refs.count
    case .string(let string): 1 + (string.enum ?? string.knownValues ?? []).count
    case .integer(let integer): 1 + (integer.enum ?? []).count
    default: 1
    }
  }

  /// Whether the schema is a scalar without constraints, so that two of them being equal means
  /// little.
  fileprivate var isBareScalar: Bool {
    switch kind {
    case .boolean(let boolean): boolean == BooleanSchema()
    case .integer(let integer): integer == IntegerSchema()
    case .string(let string): string == StringSchema()
    default: false
    }
  }
}
