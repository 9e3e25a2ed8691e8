/// The choices of a definition. It has a finite value if one member of each choice has one.
private struct Needs {
  var choices: [[Reference]] = []

  init(_ definition: Definition) {
    switch definition.kind {
    case .record(let record): add(record.record)
    case .schema(let schema): add(schema)
    default: break
    }
  }

  private mutating func add(_ object: ObjectSchema) {
    for property in object.properties where property.isRequired && !property.isNullable {
      add(property.schema)
    }
  }

  private mutating func add(_ schema: Schema) {
    switch schema.kind {
    case .object(let object): add(object)
    case .array(let array) where array.length.minimum ?? 0 > 0: add(array.items)
    case .ref(let reference): choices.append([reference])
    // An open union may contain an unknown type, so it is always satisfied.
    case .union(let union) where union.isClosed && !union.refs.isEmpty:
      choices.append(union.refs)
    default: break
    }
  }
}

extension CatalogCheck {
  /// Reports definitions that no finite value satisfies, such as an object that requires itself, or
  /// two objects that require each other.
  ///
  /// A definition has a value if every choice that it needs has a member with a value. The search
  /// starts with the definitions that need nothing and visits each choice once per member, in
  /// linear time. The remaining definitions need themselves.
  mutating func checkInhabited() {
    var needs: [Place: [[Reference]]] = [:]
    // For each definition, the choices of other definitions that it satisfies.
    var waiting: [Place: [(place: Place, choice: Int)]] = [:]
    for (entry, value) in entries.enumerated() where !value.isExternal {
      for (position, definition) in value.draft.document.definitions.enumerated() {
        let place = Place(entry: entry, definition: position)
        // Unreadable and missing targets count as satisfied.
        let choices = Needs(definition).choices.filter { choice in
          choice.allSatisfy { self.place(of: $0).map { !entries[$0.entry].isExternal } ?? false }
        }
        if !choices.isEmpty { needs[place] = choices }
      }
    }
    var missing = needs.mapValues(\.count)
    var settled: [Place] = []
    var known: Set<Place> = []
    for (place, choices) in needs {
      for (choice, references) in choices.enumerated() {
        for target in references.compactMap({ self.place(of: $0) }) {
          waiting[target, default: []].append((place, choice))
          if needs[target] == nil, known.insert(target).inserted { settled.append(target) }
        }
      }
    }
    var satisfied: [Place: Set<Int>] = [:]
    while let target = settled.popLast() {
      for (place, choice) in waiting[target] ?? []
      where satisfied[place, default: []].insert(choice).inserted {
        missing[place, default: 0] -= 1
        if missing[place] == 0 { settled.append(place) }
      }
    }
    var edges: [Place: Reference] = [:]
    for (place, count) in missing where count > 0 {
      let choices = needs[place] ?? []
      let open = choices.indices.first { !(satisfied[place]?.contains($0) ?? false) }
      edges[place] = open.map { choices[$0][0] }
    }
    for cycle in cycles(edges) {
      report(cycle, .endlessValue) { names in
        names.count == 1
          ? "\(names[0]) requires itself, so no finite value is valid; make a property optional"
          : "\(names[0]) requires itself through "
            + "\(names.dropFirst().joined(separator: ", ")), so no finite value is valid; "
            + "make a property optional"
      }
    }
  }
}
