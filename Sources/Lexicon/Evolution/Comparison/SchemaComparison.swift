import ATProtoSyntax

/// Compares two schemas down to the references in them. The targets of references are left as
/// ``edges``, so that each pair of definitions is compared once and cycles end.
struct SchemaComparison {
  /// An old definition and the new one that takes its place.
  struct Pair: Hashable {
    var old: Reference
    var new: Reference
  }

  let old: Catalog
  let new: Catalog
  var path: [String]
  let search: RenameSearch
  /// Whether properties that were renamed are recognized. They are not in the comparisons that
  /// decide whether another one was renamed: these would nest as deeply as references do.
  let findsRenames: Bool
  private(set) var differences: [SchemaDifference] = []
  private(set) var edges: [Pair] = []

  init(
    _ old: Catalog,
    _ new: Catalog,
    path: [String],
    search: RenameSearch,
    findsRenames: Bool = true
  ) {
    self.old = old
    self.new = new
    self.path = path
    self.search = search
    self.findsRenames = findsRenames
  }

  mutating func add(
    _ rule: EvolutionRule,
    _ text: String,
    _ old: SourceLocation?,
    _ new: SourceLocation?
  ) {
    differences.append(SchemaDifference(rule: rule, path: path, text: text, old: old, new: new))
  }

  mutating func follow(_ old: Reference, _ new: Reference) {
    edges.append(Pair(old: old, new: new))
  }

  mutating func within(_ steps: String..., compare: (inout Self) -> Void) {
    path += steps
    compare(&self)
    path.removeLast(steps.count)
  }

  /// Names the innermost element of the path for messages, such as `'text'` or `a message`.
  var subject: String {
    if path.last == "items" {
      let owner = path.dropLast().last { $0 != "items" } ?? ""
      return "an element of \(quoted(owner))"
    }
    guard path.count > 2, let name = path.last else {
      return quoted(path.last ?? "")
    }
    let owner = path[path.count - 2]
    switch (name, owner) {
    case ("schema", "message"): return "a message"
    case ("schema", "input"), ("schema", "output"): return "the \(owner)"
    default: return owner == "properties" || path.count == 3 ? quoted(name) : "the \(name)"
    }
  }

  mutating func compare(_ a: Schema, _ b: Schema) {
    compareDescriptions(a.description, b.description, a.location, b.location)
    compareTypes(a, b)
  }

  mutating func compareDescriptions(
    _ a: String?,
    _ b: String?,
    _ oldLocation: SourceLocation,
    _ newLocation: SourceLocation,
    of owner: String? = nil
  ) {
    guard a != b else { return }
    let verb = a == nil ? "was added" : b == nil ? "was removed" : "changed"
    let text = "the description of \(owner ?? subject) \(verb)"
    add(.descriptionChanged, text, oldLocation, newLocation)
  }

  private mutating func compareTypes(_ a: Schema, _ b: Schema) {
    guard findsRenames || search.take(a.comparisonSteps + b.comparisonSteps) else { return }
    switch (a.kind, b.kind) {
    case (.ref(let from), .ref(let to)): compare(from, to)
    case (.ref(let from), _): compareNamed(from, old: (), with: b)
    case (_, .ref(let to)): compareNamed(to, new: (), with: a)
    case (.boolean(let x), .boolean(let y)):
      compareAllowed(Allowed(x.const), Allowed(y.const), a, b)
      compareDefaults(x.default.map(String.init), y.default.map(String.init), a, b)
    case (.integer(let x), .integer(let y)): compare(x, y, a, b)
    case (.string(let x), .string(let y)): compare(x, y, a, b)
    case (.bytes(let x), .bytes(let y)): compare(x, y, .bytesLength, "bytes", a, b)
    case (.cidLink, .cidLink), (.unknown, .unknown): break
    case (.blob(let x), .blob(let y)): compare(x, y, a, b)
    case (.array(let x), .array(let y)):
      compare(x.length, y.length, .arrayLength, "elements", a, b)
      within("items") { $0.compare(x.items, y.items) }
    case (.object(let x), .object(let y)): compareProperties(x.properties, y.properties)
    case (.union(let x), .union(let y)): compare(x, y, a.location, b.location)
    case (.object, .unknown), (.union, .unknown):
      add(.typeOpened, "\(subject) may now be any object", a.location, b.location)
    case (.unknown, .object), (.unknown, .union):
      add(.typeRestricted, "\(subject) may no longer be any object", a.location, b.location)
    default: typeChanged(a.typeName, b.typeName, a.location, b.location)
    }
  }

  private mutating func typeChanged(
    _ from: String,
    _ to: String,
    _ oldLocation: SourceLocation,
    _ newLocation: SourceLocation
  ) {
    add(
      .typeChanged,
      "the type of \(subject) changed from \(from) to \(to)",
      oldLocation,
      newLocation
    )
  }

  private mutating func compare(_ from: Reference, _ to: Reference) {
    if from == to { return follow(from, to) }
    guard let a = old.definition(from), let b = new.definition(to), !a.isPrimary, !b.isPrimary
    else {
      return add(
        .referenceChanged,
        "the type of \(subject) changed from \(quoted(from.id)) to \(quoted(to.id))",
        from.location,
        to.location
      )
    }
    add(
      .referenceRenamed,
      "\(subject) now refers to \(quoted(to.id)) instead of \(quoted(from.id))",
      from.location,
      to.location
    )
    follow(from, to)
  }

  /// The old version refers to a definition; the new version has an inline schema.
  private mutating func compareNamed(_ reference: Reference, old _: Void, with inline: Schema) {
    switch self.old.definition(reference)?.kind {
    case .schema(let target): compareTypes(target, inline)
    case .record:
      if case .unknown = inline.kind {
        add(.typeOpened, "\(subject) may now be any object", reference.location, inline.location)
      } else {
        typeChanged("a record", inline.typeName, reference.location, inline.location)
      }
    default: elsewhere(reference, reference.location, inline.location)
    }
  }

  /// The new version refers to a definition; the old version has an inline schema.
  private mutating func compareNamed(_ reference: Reference, new _: Void, with inline: Schema) {
    switch self.new.definition(reference)?.kind {
    case .schema(let target): compareTypes(inline, target)
    case .record:
      if case .unknown = inline.kind {
        add(
          .typeRestricted,
          "\(subject) may no longer be any object",
          inline.location,
          reference.location
        )
      } else {
        typeChanged(inline.typeName, "a record", inline.location, reference.location)
      }
    default: elsewhere(reference, inline.location, reference.location)
    }
  }

  private mutating func elsewhere(
    _ reference: Reference,
    _ oldLocation: SourceLocation,
    _ newLocation: SourceLocation
  ) {
    add(
      .referenceChanged,
      "only one version of \(subject) refers to \(quoted(reference.id)), which cannot be compared",
      oldLocation,
      newLocation
    )
  }
}
