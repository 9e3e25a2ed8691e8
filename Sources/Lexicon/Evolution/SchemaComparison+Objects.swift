extension SchemaComparison {
  /// Properties of an object, or parameters, by name: their order means nothing.
  mutating func compareProperties(_ old: [PropertySchema], _ new: [PropertySchema]) {
    let oldByName = Dictionary(old.map { ($0.name.value, $0) }) { first, _ in first }
    let newNames = Set(new.map(\.name.value))
    for property in new {
      within("properties", property.name.value) {
        if let before = oldByName[property.name.value] {
          $0.compare(before, property)
        } else {
          $0.added(property)
        }
      }
    }
    for property in old where !newNames.contains(property.name.value) {
      within("properties", property.name.value) { $0.removed(property) }
    }
  }

  private mutating func added(_ property: PropertySchema) {
    add(
      property.isRequired ? .requiredPropertyAdded : .propertyAdded,
      "\(subject) is new" + (property.isRequired ? " and must be there" : ""),
      nil,
      property.name.location
    )
  }

  private mutating func removed(_ property: PropertySchema) {
    add(
      property.isRequired ? .requiredPropertyRemoved : .propertyRemoved,
      "\(subject)" + (property.isRequired ? ", which had to be there," : "") + " is gone",
      property.name.location,
      nil
    )
  }

  private mutating func compare(_ a: PropertySchema, _ b: PropertySchema) {
    let (from, to) = (a.name.location, b.name.location)
    switch (a.isRequired, b.isRequired) {
    case (false, true): add(.propertyRequired, "\(subject) must be there now", from, to)
    case (true, false): add(.propertyOptional, "\(subject) may be left out now", from, to)
    default: break
    }
    switch (a.isNullable, b.isNullable) {
    case (false, true): add(.nullAllowed, "\(subject) may be null now", from, to)
    case (true, false): add(.nullDisallowed, "\(subject) may no longer be null", from, to)
    default: break
    }
    compare(a.schema, b.schema)
  }

  mutating func compare(
    _ a: UnionSchema,
    _ b: UnionSchema,
    _ from: SourceLocation,
    _ to: SourceLocation
  ) {
    switch (a.isClosed, b.isClosed) {
    case (true, false):
      add(.unionOpened, "\(subject) may be of types that the union does not name", from, to)
    case (false, true):
      add(
        .unionClosed,
        "\(subject) may no longer be of types that the union does not name",
        from,
        to
      )
    default: break
    }
    let before = Set(a.refs)
    let after = Set(b.refs)
    for member in b.refs where before.contains(member) { follow(member, member) }
    for member in b.refs where !before.contains(member) {
      add(
        a.isClosed && b.isClosed ? .closedMemberAdded : .memberAdded,
        "\(subject) may be a \(quoted(member.id)) now",
        from,
        member.location
      )
    }
    for member in a.refs where !after.contains(member) {
      add(
        b.isClosed ? .closedMemberRemoved : .memberRemoved,
        "\(subject) is no longer described where it is a \(quoted(member.id))",
        member.location,
        to
      )
    }
  }
}
