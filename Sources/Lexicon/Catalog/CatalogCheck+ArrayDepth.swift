extension Definition {
  /// The reference in the innermost items of an array definition, with the number of arrays around
  /// it; nil if the definition is not an array of references.
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
  /// Most software rejects data with deeper arrays. Without a limit, chains of named arrays would
  /// let a file of a few kilobytes describe a type that overflows any stack.
  static let maximumArrayDepth = 64

  /// Reports chains of named arrays that are too deep. The depth within one definition is bounded
  /// by the nesting of the file.
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
      // A cycle has no depth, and is reported by `checkAliasCycles()`.
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
          "\(quoted(name(place))) nests more than \(Self.maximumArrayDepth) arrays, "
            + "which is the maximum"
        )
      }
    }
  }
}
