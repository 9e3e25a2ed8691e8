extension SchemaComparison {
  /// Compares the properties of an object, or parameters, by name. Their order has no meaning.
  mutating func compareProperties(_ old: [PropertySchema], _ new: [PropertySchema]) {
    let oldByName = Dictionary(old.map { ($0.name.value, $0) }) { first, _ in first }
    let newNames = Set(new.map(\.name.value))
    let removed = old.filter { !newNames.contains($0.name.value) }
    let renamed = renames(removed, new.filter { oldByName[$0.name.value] == nil })
    for property in new {
      within("properties", property.name.value) {
        if let before = oldByName[property.name.value] {
          $0.compare(before, property)
        } else if let before = renamed[property.name.value] {
          $0.renamed(before, property)
        } else {
          $0.added(property)
        }
      }
    }
    let replaced = Set(renamed.values.map(\.name.value))
    for property in removed where !replaced.contains(property.name.value) {
      within("properties", property.name.value) { $0.removed(property) }
    }
  }

  private mutating func renamed(_ a: PropertySchema, _ b: PropertySchema) {
    add(
      .propertyRenamed,
      "\(quoted(a.name.value)) was renamed to \(quoted(b.name.value))",
      a.name.location,
      b.name.location
    )
    compare(a.schema, b.schema)
  }

  private mutating func added(_ property: PropertySchema) {
    add(
      property.isRequired ? .requiredPropertyAdded : .propertyAdded,
      "\(subject) was added" + (property.isRequired ? " and is required" : ""),
      nil,
      property.name.location
    )
  }

  private mutating func removed(_ property: PropertySchema) {
    add(
      property.isRequired ? .requiredPropertyRemoved : .propertyRemoved,
      "\(subject)" + (property.isRequired ? ", which was required," : "") + " was removed",
      property.name.location,
      nil
    )
  }

  private mutating func compare(_ a: PropertySchema, _ b: PropertySchema) {
    let (from, to) = (a.name.location, b.name.location)
    switch (a.isRequired, b.isRequired) {
    case (false, true): add(.propertyRequired, "\(subject) is now required", from, to)
    case (true, false): add(.propertyOptional, "\(subject) is now optional", from, to)
    default: break
    }
    switch (a.isNullable, b.isNullable) {
    case (false, true): add(.nullAllowed, "\(subject) may now be null", from, to)
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
      add(.unionOpened, "\(subject) may now be of a type outside the union", from, to)
    case (false, true):
      add(
        .unionClosed,
        "\(subject) may no longer be of a type outside the union",
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
        a.isClosed && b.isClosed ? .closedUnionMemberAdded : .unionMemberAdded,
        "\(subject) may now be a \(quoted(member.id))",
        from,
        member.location
      )
    }
    for member in a.refs where !after.contains(member) {
      add(
        b.isClosed ? .closedUnionMemberRemoved : .unionMemberRemoved,
        "the union of \(subject) no longer includes \(quoted(member.id))",
        member.location,
        to
      )
    }
  }
}
