/// The values that a `const` or an `enum` allows. `const` takes precedence over `enum`.
struct Allowed<Value: Hashable & CustomStringConvertible> {
  var const: Value?
  var values: [Value]?

  init(_ const: Value?, _ values: [Value]? = nil) {
    self.const = const
    self.values = const.map { [$0] } ?? values
  }
}

extension SchemaComparison {
  mutating func compareAllowed<Value>(
    _ before: Allowed<Value>,
    _ after: Allowed<Value>,
    _ a: Schema,
    _ b: Schema
  ) {
    let (from, to) = (a.location, b.location)
    switch (before.values, after.values) {
    case (nil, nil): break
    case (nil, let values?):
      let isConst = after.const != nil
      let list = values.prefix(5).map { quoted($0.description) }.joined(separator: ", ")
      add(isConst ? .constAdded : .enumAdded, "\(subject) can now only be \(list)", from, to)
    case (_?, nil):
      let isConst = before.const != nil
      add(isConst ? .constRemoved : .enumRemoved, "\(subject) can now have any value", from, to)
    case (let old?, let new?):
      let (gone, come) = (Set(old).subtracting(new), Set(new).subtracting(old))
      if let const = before.const, gone.contains(const) {
        return add(
          .constChanged,
          "\(subject) can no longer be \(quoted(const.description))",
          from,
          to
        )
      }
      if let const = after.const, come.contains(const) {
        return add(.constChanged, "\(subject) must now be \(quoted(const.description))", from, to)
      }
      for value in new where come.contains(value) {
        add(.enumValueAdded, "\(subject) can now be \(quoted(value.description))", from, to)
      }
      for value in old where gone.contains(value) {
        add(.enumValueRemoved, "\(subject) can no longer be \(quoted(value.description))", from, to)
      }
    }
  }

  mutating func compareDefaults(_ before: String?, _ after: String?, _ a: Schema, _ b: Schema) {
    guard before != after else { return }
    func text(_ value: String?) -> String { value.map { quoted($0) } ?? "none" }
    add(
      .defaultChanged,
      "the default of \(subject) changed from \(text(before)) to \(text(after))",
      a.location,
      b.location
    )
  }

  mutating func compare(_ x: IntegerSchema, _ y: IntegerSchema, _ a: Schema, _ b: Schema) {
    compareAllowed(Allowed(x.const, x.enum), Allowed(y.const, y.enum), a, b)
    compareRange(
      (x.minimum ?? .min, x.maximum ?? .max),
      (y.minimum ?? .min, y.maximum ?? .max),
      .integerRange,
      "",
      a,
      b
    )
    compareDefaults(x.default.map(String.init), y.default.map(String.init), a, b)
  }

  mutating func compare(_ x: StringSchema, _ y: StringSchema, _ a: Schema, _ b: Schema) {
    compareAllowed(
      Allowed(x.const, x.enum?.map(\.value)),
      Allowed(y.const, y.enum?.map(\.value)),
      a,
      b
    )
    compare(x.length, y.length, .stringLength, "bytes", a, b)
    compare(x.graphemes, y.graphemes, .stringGraphemes, "characters", a, b)
    compareFormats(x.format, y.format, a, b)
    compareDefaults(x.default, y.default, a, b)
    let before = x.knownValues ?? []
    let after = y.knownValues ?? []
    let (old, new) = (Set(before), Set(after))
    for value in after where !old.contains(value) {
      let text = "\(quoted(value.value)) is now a known value of \(subject)"
      add(.knownValueAdded, text, a.location, value.location)
    }
    for value in before where !new.contains(value) {
      let text = "\(quoted(value.value)) is no longer a known value of \(subject)"
      add(.knownValueRemoved, text, value.location, b.location)
    }
  }

  mutating func compare(
    _ x: LengthLimits,
    _ y: LengthLimits,
    _ constraint: Constraint,
    _ unit: String,
    _ a: Schema,
    _ b: Schema
  ) {
    compareRange(
      (x.minimum ?? 0, x.maximum ?? .max),
      (y.minimum ?? 0, y.maximum ?? .max),
      constraint,
      unit,
      a,
      b
    )
  }

  private mutating func compareRange(
    _ x: (low: Int, high: Int),
    _ y: (low: Int, high: Int),
    _ constraint: Constraint,
    _ unit: String,
    _ a: Schema,
    _ b: Schema
  ) {
    let rule = constraint.rule(
      narrows: y.low > x.low || y.high < x.high,
      widens: y.low < x.low || y.high > x.high
    )
    guard let rule else { return }
    let noun = unit.isEmpty ? "" : " \(unit)"
    func text(_ range: (low: Int, high: Int)) -> String {
      let isFloor = range.low == (unit.isEmpty ? Int.min : 0)
      switch (isFloor, range.high == .max) {
      case (true, true): return unit.isEmpty ? "any number" : "any number of\(noun)"
      case (true, false): return "at most \(range.high)\(noun)"
      case (false, true): return "at least \(range.low)\(noun)"
      case (false, false): return "\(range.low) to \(range.high)\(noun)"
      }
    }
    let verb = unit.isEmpty ? "be" : "have"
    add(
      rule,
      "\(subject) could \(verb) \(text(x)) and can now \(verb) \(text(y))",
      a.location,
      b.location
    )
  }

  private mutating func compareFormats(
    _ x: StringSchema.Format?,
    _ y: StringSchema.Format?,
    _ a: Schema,
    _ b: Schema
  ) {
    guard x != y else { return }
    let narrows = x.map { x in y.map { !x.isPart(of: $0) } ?? false } ?? true
    let widens = y.map { y in x.map { !y.isPart(of: $0) } ?? false } ?? true
    guard let rule = Constraint.format.rule(narrows: narrows, widens: widens) else { return }
    func text(_ format: StringSchema.Format?) -> String {
      format.map { "a string of the format '\($0.rawValue)'" } ?? "any string"
    }
    add(rule, "\(subject) was \(text(x)) and is now \(text(y))", a.location, b.location)
  }

  mutating func compare(_ x: BlobSchema, _ y: BlobSchema, _ a: Schema, _ b: Schema) {
    if x.maxSize != y.maxSize {
      compareRange((0, x.maxSize ?? .max), (0, y.maxSize ?? .max), .blobSize, "bytes", a, b)
    }
    let (before, after) = (MediaRanges(x.accept), MediaRanges(y.accept))
    let rule = Constraint.blobTypes.rule(
      narrows: !after.cover(before),
      widens: !before.cover(after)
    )
    guard let rule else { return }
    add(rule, "\(subject) could be \(before) and can now be \(after)", a.location, b.location)
  }
}

extension StringSchema.Format {
  /// Whether every string of this format is also valid in the other format.
  ///
  /// This follows from the grammars: an `at-identifier` is "either a Handle or a DID", and TIDs,
  /// NSIDs and handles consist of characters that record keys allow, and are short enough.
  func isPart(of other: StringSchema.Format) -> Bool {
    switch (self, other) {
    case (.did, .atIdentifier), (.handle, .atIdentifier): true
    case (.tid, .recordKey), (.nsid, .recordKey), (.handle, .recordKey): true
    default: self == other
    }
  }
}

/// The media types of an `accept` list or of an encoding.
struct MediaRanges: CustomStringConvertible {
  var ranges: [String]

  /// Nil accepts every type.
  init(_ ranges: [String]?) {
    self.ranges = ranges ?? ["*/*"]
  }

  /// Whether these include every type of the others.
  func cover(_ others: MediaRanges) -> Bool {
    let own = Set(ranges)
    if own.contains("*/*") || own.contains("*") { return true }
    return others.ranges.allSatisfy { range in
      if own.contains(range) { return true }
      guard let slash = range.firstIndex(of: "/") else { return false }
      return own.contains("\(range[..<slash])/*")
    }
  }

  var description: String {
    ranges == ["*/*"] ? "of any media type" : "of \(ranges.prefix(8).joined(separator: ", "))"
  }
}
