import ATProtoSyntax

// Two kinds of definitions form cycles without end: arrays that contain themselves, and objects
// that no finite value satisfies.

extension CatalogCheck {
  func place(of reference: Reference) -> Place? {
    guard let entry = index[reference.nsid.string],
      let definition = entries[entry].definitions[reference.definition]
    else { return nil }
    return Place(entry: entry, definition: definition)
  }

  func definition(_ place: Place) -> Definition {
    entries[place.entry].draft.document.definitions[place.definition]
  }

  func name(_ place: Place) -> String {
    let document = entries[place.entry].draft.document
    let name = document.definitions[place.definition].name.value
    return name == "main" ? document.id.value.string : "\(document.id.value.string)#\(name)"
  }

  /// Reports an array of references to an array of references, and so on to the first: a type that
  /// would contain itself. An object ends the chain, because it is a separate type.
  mutating func checkAliasCycles() {
    for cycle in cycles(places { $0.arrayReference?.reference }) {
      report(cycle, .aliasCycle) { names in
        names.count == 1
          ? "\(names[0]) is an array of itself; put an object in between"
          : "\(names[0]) is an array of itself through "
            + "\(names.dropFirst().joined(separator: ", ")); put an object in between"
      }
    }
  }

  /// Returns the definitions for which `reference` returns a reference, with that reference.
  func places(_ reference: (Definition) -> Reference?) -> [Place: Reference] {
    var result: [Place: Reference] = [:]
    for (entry, value) in entries.enumerated() where !value.isExternal {
      for (position, definition) in value.draft.document.definitions.enumerated() {
        guard let reference = reference(definition) else { continue }
        result[Place(entry: entry, definition: position)] = reference
      }
    }
    return result
  }

  /// Returns the cycles of a graph in which every node has at most one edge. Each begins with its
  /// first node by entry and position, and the cycles are sorted in the same way.
  func cycles(_ edges: [Place: Reference]) -> [[(place: Place, reference: Reference)]] {
    var finished: Set<Place> = []
    var result: [[(place: Place, reference: Reference)]] = []
    for start in edges.keys.sorted(by: Place.precedes) {
      var path: [(place: Place, reference: Reference)] = []
      var positions: [Place: Int] = [:]
      var next: Place? = start
      while let place = next, !finished.contains(place), let reference = edges[place] {
        if let position = positions[place] {
          result.append(Array(path[position...]))
          break
        }
        positions[place] = path.count
        path.append((place, reference))
        next = self.place(of: reference)
      }
      finished.formUnion(path.map(\.place))
    }
    return result.map { cycle in
      let first = cycle.indices.min { Place.precedes(cycle[$0].place, cycle[$1].place) } ?? 0
      return Array(cycle[first...] + cycle[..<first])
    }
  }

  /// Reports an error at the first edge of a cycle, with a note at every other edge.
  mutating func report(
    _ cycle: [(place: Place, reference: Reference)],
    _ rule: Rule,
    _ message: ([String]) -> String
  ) {
    // A cycle may be as long as the input, so the message shows only a part of it.
    let maximum = 10
    var names = cycle.prefix(maximum).map { quoted(name($0.place)) }
    if cycle.count > maximum { names.append("…") }
    let notes = cycle.dropFirst().prefix(maximum).map { edge in
      Diagnostic.Note("\(quoted(edge.reference.id)) is used here", at: edge.reference.location)
    }
    report(
      rule,
      in: cycle[0].place.entry,
      at: cycle[0].reference.location,
      message(names),
      notes: notes
    )
    for edge in cycle { entries[edge.place.entry].isBroken = true }
  }
}

extension CatalogCheck.Place {
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    (left.entry, left.definition) < (right.entry, right.definition)
  }
}
