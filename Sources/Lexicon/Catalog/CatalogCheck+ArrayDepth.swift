extension Definition {
  /// What the elements of an array definition refer to, and how many arrays stand around it.
  var arrayReference: (reference: Reference, levels: Int)? {
    guard case .schema(let schema) = kind else { return nil }
    var inner = schema
    var levels = 0
    while case .array(let array) = inner.kind {
      inner = array.items
      levels += 1
    }
    guard levels > 0, case .ref(let reference) = inner.kind else { return nil }
    return (reference, levels)
  }
}

extension CatalogCheck {
  /// Data with more arrays around a value is refused by most readers; and names for arrays of
  /// names for arrays would let a file of some kilobytes describe a type that no stack can hold.
  static let maximumArrayDepth = 64

  /// Follows the names of arrays; what stands between the brackets of one definition is bounded by
  /// the depth of the file.
  mutating func checkArrayDepth() {
    let references = places { $0.arrayReference?.reference }
    var depths: [Place: Int] = [:]
    for start in references.keys.sorted(by: Place.precedes) {
      var path: [Place] = []
      var open: Set<Place> = []
      var next: Place? = start
      while let place = next, depths[place] == nil, let reference = references[place] {
        depths[place] = 0
        open.insert(place)
        path.append(place)
        next = self.place(of: reference)
      }
      // A circle is reported as such, and has no depth.
      if let place = next, open.contains(place) { continue }
      var depth = next.flatMap { depths[$0] } ?? 0
      for place in path.reversed() {
        let inner = depth
        depth += definition(place).arrayReference?.levels ?? 0
        depths[place] = depth
        guard depth > Self.maximumArrayDepth else { continue }
        entries[place.entry].isBroken = true
        guard inner <= Self.maximumArrayDepth, let reference = references[place] else { continue }
        report(
          .arrayDepth,
          in: place.entry,
          at: reference.location,
          "\(quoted(name(place))) has more than \(Self.maximumArrayDepth) arrays around its elements"
        )
      }
    }
  }
}
