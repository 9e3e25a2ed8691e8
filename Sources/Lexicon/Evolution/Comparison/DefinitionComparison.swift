import ATProtoSyntax

/// The comparison of one part of a definition, with the flow of its data.
struct DefinitionPart {
  var flow: DataFlow
  /// The part in words: `the input of com.example.createThing`.
  var place: String
  var comparison: SchemaComparison
}

/// Compares two versions of one definition part by part, because the data of each part has its own
/// flow.
struct DefinitionComparison {
  let old: Catalog
  let new: Catalog
  let reference: Reference
  let search: RenameSearch
  private(set) var parts: [DefinitionPart] = []

  init(_ old: Catalog, _ new: Catalog, _ reference: Reference, search: RenameSearch) {
    self.old = old
    self.new = new
    self.reference = reference
    self.search = search
  }

  /// Compares primary definitions. Field types are compared when a reference leads to them.
  mutating func compare(_ a: Definition, _ b: Definition) {
    let (from, to) = (a.name.location, b.name.location)
    let id = reference.id
    part(.shared, "the definition \(id)") {
      if a.typeName != b.typeName {
        let text = "the type of \(quoted(id)) changed from \(a.typeName) to \(b.typeName)"
        return $0.add(.definitionTypeChanged, text, from, to)
      }
      // The description of a field type is compared together with the type.
      if case .schema = a.kind { return }
      $0.compareDescriptions(a.description, b.description, from, to)
    }
    switch (a.kind, b.kind) {
    case (.record(let x), .record(let y)):
      part(.shared, "the record \(id)") {
        $0.compare(x.key, y.key)
        $0.within("record") { $0.compareProperties(x.record.properties, y.record.properties) }
      }
    case (.query(let x), .query(let y)), (.procedure(let x), .procedure(let y)):
      compareParameters(x.parameters, y.parameters)
      part(.request, "the input of \(id)") { $0.compareInput(x.input, y.input, from, to) }
      part(.response, "the output of \(id)") {
        $0.compareOutput(x.output, y.output, from, to)
        $0.compareErrors(x.errors, y.errors, from, to)
      }
    case (.subscription(let x), .subscription(let y)):
      compareParameters(x.parameters, y.parameters)
      part(.response, "the messages of \(id)") {
        $0.within("message", "schema") { $0.compare(x.message, y.message, from, to) }
        $0.compareErrors(x.errors, y.errors, from, to)
      }
    case (.permissionSet(let x), .permissionSet(let y)):
      part(.shared, "the permission set \(id)") { $0.compare(x, y, from, to) }
    case (.space(let x), .space(let y)):
      part(.shared, "the space type \(id)") {
        $0.compare(x.key, y.key)
        $0.compare(x, y, from, to)
      }
    default: break
    }
  }

  private mutating func compareParameters(_ a: ParametersSchema?, _ b: ParametersSchema?) {
    part(.request, "the parameters of \(reference.id)") {
      $0.within("parameters") { $0.compareProperties(a?.properties ?? [], b?.properties ?? []) }
    }
  }

  private mutating func part(
    _ flow: DataFlow,
    _ place: String,
    compare: (inout SchemaComparison) -> Void
  ) {
    var comparison = SchemaComparison(
      old,
      new,
      path: ["defs", reference.definition],
      search: search
    )
    compare(&comparison)
    if comparison.differences.isEmpty && comparison.edges.isEmpty { return }
    parts.append(DefinitionPart(flow: flow, place: place, comparison: comparison))
  }
}
