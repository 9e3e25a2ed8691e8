import ATProtoSyntax

// Lexicon specification, "string" and "String Formats".
extension DocumentDecoder {
  private static let stringFields = LexiconGrammar.names(ofType: "string")

  mutating func string(_ fields: inout Fields) -> StringSchema {
    let format = format(in: &fields)
    let length = limits("minLength", "maxLength", in: &fields)
    let graphemes = limits("minGraphemes", "maxGraphemes", in: &fields)
    // A grapheme cluster has at least one byte.
    checkOrder("minGraphemes", graphemes.minimum, "maxLength", length.maximum)
    if let format { check(length, of: format) }
    let knownValues = strings("knownValues", in: &fields)
    let enumValue = fields.peek("enum")
    let values = strings("enum", in: &fields)
    if let enumValue, case .array(let elements) = enumValue.kind, elements.isEmpty {
      emptyEnum(at: enumValue.offset)
    }
    if let values, let enumValue { checkCount(values.count, "enum", at: enumValue.offset) }
    let `default` = string("default", in: &fields)
    let const = string("const", in: &fields)
    checkExclusive(`default`, const)
    finish(fields, known: Self.stringFields)

    func fault(_ value: String) -> String? {
      Self.fault(value, format: format, length: length, graphemes: graphemes)
    }
    if let values, let enumValue {
      let faults = values.map { fault($0.value) }
      for (value, reason) in zip(values, faults) {
        if let reason { outside("enum", at: value.location.offset, quoted(value.value), reason) }
      }
      if !faults.isEmpty, !faults.contains(nil) {
        unreachableEnum(at: enumValue.offset)
      }
    }
    for value in knownValues ?? [] {
      if let reason = fault(value.value) {
        outside("knownValues", at: value.location.offset, quoted(value.value), reason)
      }
    }
    for value in (knownValues ?? []) + (values ?? [])
    where value.value.utf8.first == UInt8(ascii: "#") {
      // "Tokens should always be fully-qualified references […], not local references".
      report(
        .localToken,
        at: value.location.offset,
        "\(quoted(value.value)) is a local reference; "
          + "use the full reference \(quoted(nsid.string + value.value))"
      )
    }
    for (name, value) in [("default", `default`), ("const", const)] {
      guard let value else { continue }
      if let reason = fault(value.value) {
        outside(name, at: value.offset, quoted(value.value), reason)
      } else if let values, !values.contains(where: { $0.value == value.value }) {
        outside(name, at: value.offset, quoted(value.value), "is not in 'enum'")
      }
    }
    return StringSchema(
      format: format?.value,
      length: length.values,
      graphemes: graphemes.values,
      knownValues: knownValues,
      enum: values,
      default: `default`?.value,
      const: const?.value
    )
  }

  private mutating func format(in fields: inout Fields) -> Found<StringSchema.Format>? {
    guard let text = string("format", in: &fields) else { return nil }
    let format = StringSchema.Format(rawValue: text.value)
    if let feature = format?.feature, !features.contains(feature) {
      let subject = "the string format \(quoted(text.value))"
      report(.unknownFormat, at: text.offset, experimental(subject))
      return nil
    }
    guard let format else {
      let formats =
        features.contains(.spaces) ? StringSchema.Format.allCases : StringSchema.Format.specified
      let names = formats.map(\.rawValue)
      let hint = Suggestion.hint(for: text.value, among: names)
      report(
        .unknownFormat,
        at: text.offset,
        "unknown string format \(quoted(text.value))"
          + (hint.isEmpty ? "; expected \(alternatives(names))" : hint.text),
        replacement: hint.replacement
      )
      return nil
    }
    return Found(value: format, offset: text.offset)
  }

  /// Reports limits that exclude every value of the format.
  private mutating func check(_ length: FoundLimits, of format: Found<StringSchema.Format>) {
    let possible = format.value.lengths
    let note = (format.offset, "'format' is here")
    if let maximum = length.maximum, maximum.value < possible.lowerBound {
      report(
        .contradictoryLimits,
        at: maximum.offset,
        "'maxLength' is \(maximum.value), but a \(format.value.rawValue) "
          + "has at least \(possible.lowerBound) bytes",
        note: note
      )
    }
    if let minimum = length.minimum, minimum.value > possible.upperBound {
      report(
        .contradictoryLimits,
        at: minimum.offset,
        "'minLength' is \(minimum.value), but a \(format.value.rawValue) "
          + "has at most \(possible.upperBound) bytes",
        note: note
      )
    }
  }

  private static func fault(
    _ value: String,
    format: Found<StringSchema.Format>?,
    length: FoundLimits,
    graphemes: FoundLimits
  ) -> String? {
    if let reason = format?.value.fault(in: value)?.reason {
      return "does not match the format '\(format!.value.rawValue)': \(reason)"
    }
    if !length.allows(value.utf8.count) {
      return "has \(counted(value.utf8.count, "byte")); expected \(range(length))"
    }
    if graphemes.minimum != nil || graphemes.maximum != nil, !graphemes.allows(value.count) {
      return "has \(counted(value.count, "grapheme")); expected \(range(graphemes))"
    }
    return nil
  }

  private static func counted(_ count: Int, _ unit: String) -> String {
    "\(count) \(unit)\(count == 1 ? "" : "s")"
  }

  private static func range(_ limits: FoundLimits) -> String {
    switch (limits.minimum?.value, limits.maximum?.value) {
    case (let low?, let high?): "\(low) to \(high)"
    case (let low?, nil): "at least \(low)"
    case (_, let high?): "at most \(high)"
    case (nil, nil): "any number"
    }
  }
}
