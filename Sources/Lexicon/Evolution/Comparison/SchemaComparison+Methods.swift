extension SchemaComparison {
  /// Compares record key types: links to a record contain its key.
  mutating func compare(_ a: Located<RecordSchema.Key>, _ b: Located<RecordSchema.Key>) {
    guard a != b else { return }
    let rule: EvolutionRule
    switch (a.value, b.value) {
    case (.any, _): rule = .recordKeyNarrowed
    case (_, .any): rule = .recordKeyWidened
    default: rule = .recordKeyChanged
    }
    within("key") {
      $0.add(
        rule,
        "the record key type changed from \(a.value.text) to \(b.value.text)",
        a.location,
        b.location
      )
    }
  }

  mutating func compareInput(
    _ a: BodySchema?,
    _ b: BodySchema?,
    _ from: SourceLocation,
    _ to: SourceLocation
  ) {
    within("input") {
      switch (a, b) {
      case (nil, nil): break
      case (nil, let b?): $0.add(.inputAdded, "an input was added", from, b.encoding.location)
      case (let a?, nil): $0.add(.inputRemoved, "the input was removed", a.encoding.location, to)
      case (let a?, let b?): $0.compare(a, b)
      }
    }
  }

  mutating func compareOutput(
    _ a: BodySchema?,
    _ b: BodySchema?,
    _ from: SourceLocation,
    _ to: SourceLocation
  ) {
    within("output") {
      switch (a, b) {
      case (nil, nil): break
      case (nil, let b?): $0.add(.outputAdded, "an output was added", from, b.encoding.location)
      case (let a?, nil): $0.add(.outputRemoved, "the output was removed", a.encoding.location, to)
      case (let a?, let b?): $0.compare(a, b)
      }
    }
  }

  private mutating func compare(_ a: BodySchema, _ b: BodySchema) {
    let (from, to) = (a.encoding.location, b.encoding.location)
    compareDescriptions(a.description, b.description, from, to)
    within("encoding") {
      let (before, after) = (MediaRanges([a.encoding.value]), MediaRanges([b.encoding.value]))
      let rule = Constraint.encoding.rule(
        narrows: !after.cover(before),
        widens: !before.cover(after)
      )
      guard let rule else { return }
      let text =
        "the encoding changed from \(quoted(a.encoding.value)) to \(quoted(b.encoding.value))"
      $0.add(rule, text, from, to)
    }
    within("schema") {
      switch (a.schema, b.schema) {
      case (nil, nil): break
      case (nil, let b?): $0.add(.bodySchemaAdded, "the body now has a schema", from, b.location)
      case (let a?, nil):
        $0.add(.bodySchemaRemoved, "the body no longer has a schema", a.location, to)
      case (let a?, let b?): $0.compare(a, b)
      }
    }
  }

  mutating func compareErrors(
    _ a: [ErrorSchema],
    _ b: [ErrorSchema],
    _ from: SourceLocation,
    _ to: SourceLocation
  ) {
    let (before, after) = (Set(a.map(\.name)), Set(b.map(\.name)))
    let old = Dictionary(a.map { ($0.name, $0) }) { first, _ in first }
    within("errors") {
      for error in b {
        guard let known = old[error.name] else { continue }
        $0.compareDescriptions(
          known.description,
          error.description,
          known.name.location,
          error.name.location,
          of: "the error \(quoted(error.name.value))"
        )
      }
      var removed = a.filter { !after.contains($0.name) }
      for error in b where !before.contains(error.name) {
        let match = removed.prefix(64).firstIndex {
          Self.isSimilar($0.name.value, error.name.value)
        }
        if let match {
          let known = removed.remove(at: match)
          $0.add(
            .errorRenamed,
            "the error \(quoted(known.name.value)) was renamed to \(quoted(error.name.value))",
            known.name.location,
            error.name.location
          )
          continue
        }
        $0.add(
          .errorAdded,
          "the error \(quoted(error.name.value)) was added",
          from,
          error.name.location
        )
      }
      for error in removed {
        $0.add(
          .errorRemoved,
          "the error \(quoted(error.name.value)) was removed",
          error.name.location,
          to
        )
      }
    }
  }

  /// The collections of a space type are what an app is granted by default.
  mutating func compare(
    _ a: SpaceSchema,
    _ b: SpaceSchema,
    _ from: SourceLocation,
    _ to: SourceLocation
  ) {
    if a.name != b.name || a.localizedNames != b.localizedNames {
      within("name") {
        $0.add(.descriptionChanged, "the name of the space type changed", from, to)
      }
    }
    let (before, after) = (Set(a.collections), Set(b.collections))
    within("collections") {
      for collection in b.collections where !before.contains(collection) {
        let text = "\(quoted(collection.value)) was added to the collections"
        $0.add(.permissionAdded, text, from, collection.location)
      }
      for collection in a.collections where !after.contains(collection) {
        let text = "\(quoted(collection.value)) was removed from the collections"
        $0.add(.permissionRemoved, text, collection.location, to)
      }
    }
  }

  mutating func compare(
    _ a: PermissionSetSchema,
    _ b: PermissionSetSchema,
    _ from: SourceLocation,
    _ to: SourceLocation
  ) {
    compareDescriptions(a.title, b.title, from, to)
    compareDescriptions(a.detail, b.detail, from, to)
    let before = Dictionary(a.grants) { first, _ in first }
    let after = Dictionary(b.grants) { first, _ in first }
    within("permissions") {
      for (grant, location) in b.grants where before[grant] == nil {
        $0.add(.permissionAdded, "the set now grants \(grant)", from, location)
      }
      for (grant, location) in a.grants where after[grant] == nil {
        $0.add(.permissionRemoved, "the set no longer grants \(grant)", location, to)
      }
    }
  }
}

extension RecordSchema.Key {
  fileprivate var text: String {
    switch self {
    case .tid: "tid"
    case .nsid: "nsid"
    case .any: "any"
    case .literal(let text): "literal:\(text)"
    }
  }
}

extension PermissionSetSchema {
  /// The grants of the set in words, one collection and action or one method at a time, because two
  /// lists of permissions can express the same grants in different ways.
  ///
  /// Permission specification: without `action`, all three actions are allowed.
  fileprivate var grants: [(String, SourceLocation)] {
    permissions.flatMap { permission -> [(String, SourceLocation)] in
      let resource = permission.resource.value
      let location = permission.resource.location
      func strings(_ name: String) -> [String]? {
        permission.fields.first { $0.name.value == name }.flatMap {
          if case .strings(let list) = $0.value { list } else { nil }
        }
      }
      var known: Set = ["collection", "action"]
      var names: [String] = []
      if resource == "repo", let collections = strings("collection") {
        let actions = strings("action") ?? ["create", "update", "delete"]
        names = collections.flatMap { collection in
          actions.map { "\(quoted($0)) for records of \(quoted(collection))" }
        }
      } else if resource == "rpc", let methods = strings("lxm") {
        known = ["lxm"]
        names = methods.map { "calls to \(quoted($0))" }
      } else {
        known = []
        names = [quoted(resource)]
      }
      // "inheritAud (boolean, optional)": false means the same as no value.
      let rest = permission.fields
        .filter { !known.contains($0.name.value) && !$0.isInheritAudFalse }
        .map { "\($0.name.value): \($0.value.text)" }.sorted().joined(separator: ", ")
      return names.map { (rest.isEmpty ? $0 : "\($0) (\(rest))", location) }
    }
  }
}

extension PermissionSchema.Field {
  fileprivate var isInheritAudFalse: Bool {
    if name.value == "inheritAud", case .boolean(false) = value { true } else { false }
  }
}

extension PermissionSchema.Value {
  fileprivate var text: String {
    switch self {
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .string(let value): value
    case .strings(let values): values.sorted().joined(separator: " ")
    }
  }
}
