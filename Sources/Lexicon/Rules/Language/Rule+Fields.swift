import ATProtoSyntax

// Rules about the fields of schemas. `Document/Decoding/` reports them.
extension Rule {
  static let fieldRules = [
    missingField, unknownField, wrongType, integerWithFraction, unknownType, misplacedType,
    inlineItems, badPropertyName, reservedName, unknownRequired, unknownNullable, duplicateItem,
    unknownFormat, localToken, badAccept, emptyAccept,
  ]

  /// A warning for `params` without `properties`.
  static let missingField = Rule(
    "missing-field",
    .error,
    "A schema must have the fields that its type requires.",
    reason: "The schema is incomplete without them.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .definition(#"{"type":"array"}"#),
    good: .definition(#"{"type":"array","items":{"type":"unknown"}}"#)
  )

  static let unknownField = Rule(
    "unknown-field",
    .warning,
    "A schema should only have fields that the language defines for its type.",
    reason: "Unknown fields are ignored, so a misspelled limit has no effect.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .definition(#"{"type":"string","maxlen":10}"#),
    good: .definition(#"{"type":"string","maxLength":10}"#),
    fix: { finding, tree in
      PropertyFlag(at: finding.location.offset, in: tree)?.edit.map { [$0] } ?? []
    }
  )

  static let wrongType = Rule(
    "wrong-type",
    .error,
    "The value of a field must have the type that the language requires.",
    reason: "The language does not define the meaning of other values.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .definition(#"{"type":"string","maxLength":"ten"}"#),
    good: .definition(#"{"type":"string","maxLength":10}"#)
  )

  static let integerWithFraction = Rule(
    "integer-with-fraction",
    .warning,
    "Integers should be written without a fraction or an exponent.",
    reason: "The data model has integers only, and strict parsers reject other numbers.",
    clause: Clause.specification("integer"),
    bad: .definition(#"{"type":"integer","maximum":10.0}"#),
    good: .definition(#"{"type":"integer","maximum":10}"#),
    fix: { finding, tree in
      guard let value = tree.value(at: finding.location.offset),
        case .number(let text) = value.kind,
        let whole = text.split(separator: ".").first, let integer = Int(whole)
      else { return [] }
      return [TextEdit(value.range, String(integer))]
    }
  )

  static let unknownType = Rule(
    "unknown-type",
    .error,
    "'type' must be a type of the language.",
    reason: "Schemas cannot add types to the language.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .definition(#"{"type":"float"}"#),
    good: .definition(#"{"type":"integer"}"#)
  )

  static let misplacedType = Rule(
    "misplaced-type",
    .error,
    "A type must only be used where the language allows it.",
    reason: "A token, for example, is a named definition and cannot be the type of a property.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .object(#""mood":{"type":"token"}"#),
    good: .object(#""mood":{"type":"string","maxLength":64}"#)
  )

  static let inlineItems = Rule(
    "inline-items",
    .warning,
    "Array items should not be inline objects or arrays.",
    reason: "Some compilers cannot name the type of an inline object; use a reference to a named "
      + "definition.",
    clause: Clause.specification("array"),
    bad: .definition(#"{"type":"array","items":{"type":"object","properties":{}}}"#),
    good: .definition(
      ##"{"type":"array","items":{"type":"ref","ref":"com.example.defs#item"}},"##
        + #""item":{"type":"object","properties":{}}"#
    )
  )

  static let badPropertyName = Rule(
    "bad-property-name",
    .error,
    "A property name must not be empty.",
    reason: "A property without a name cannot be looked up.",
    clause: Clause.specification("object"),
    bad: .object(#""":{"type":"boolean"}"#),
    good: .object(#""a":{"type":"boolean"}"#)
  )

  /// A warning for names without a meaning.
  static let reservedName = Rule(
    "reserved-name",
    .error,
    "A property must not be named '$type', '$link', or '$bytes'.",
    reason: "These names have a meaning in all data. Other names that begin with '$' are reserved, "
      + "too, and are a warning.",
    clause: "Data Model specification, \"Data Types\"",
    bad: .object(#""$type":{"type":"string","const":"kind"}"#),
    good: .object(#""kind":{"type":"boolean"}"#)
  )

  static let unknownRequired = Rule(
    "unknown-required",
    .error,
    "'required' must only list properties of the object.",
    reason: "No value can satisfy a requirement for a property that is not defined.",
    clause: Clause.specification("object"),
    bad: .object(#""text":{"type":"string"}"#, #","required":["txt"]"#),
    good: .object(#""text":{"type":"string"}"#, #","required":["text"]"#)
  )

  static let unknownNullable = Rule(
    "unknown-nullable",
    .warning,
    "'nullable' should only list properties of the object.",
    reason: "Other names have no effect.",
    clause: Clause.specification("object"),
    bad: .object(#""text":{"type":"string"}"#, #","required":["text"],"nullable":["txt"]"#),
    good: .object(#""text":{"type":"string"}"#, #","required":["text"],"nullable":["text"]"#),
    fix: { finding, tree in
      let steps = tree.steps(to: finding.location.offset)
      guard let step = steps.last, steps.count > 1,
        case .array(let elements) = step.container.kind,
        case .string(let name) = elements[step.index].kind
      else { return [] }
      // A misspelled name was meant to have an effect, so it stays.
      var names: [String] = []
      if case .object(let properties)? = steps[steps.count - 2].container["properties"]?.kind {
        names = properties.map(\.name)
      }
      guard Suggestion.nearest(to: name, among: names) == nil else { return [] }
      return [LocatedTree.removal(step)]
    }
  )

  static let duplicateItem = Rule(
    "duplicate-item",
    .warning,
    "A list of names or values should not repeat one.",
    reason: "The repetition has no effect.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .object(#""text":{"type":"string"}"#, #","required":["text","text"]"#),
    good: .object(#""text":{"type":"string"}"#, #","required":["text"]"#),
    fix: { finding, tree in
      guard let step = tree.steps(to: finding.location.offset).last,
        case .array(let elements) = step.container.kind,
        case .string = elements[step.index].kind
      else { return [] }
      return [LocatedTree.removal(step)]
    }
  )

  static let unknownFormat = Rule(
    "unknown-format",
    .error,
    "'format' must be a string format of the language.",
    reason: "Software cannot validate a format that it does not know.",
    clause: Clause.specification("String Formats"),
    bad: .definition(#"{"type":"string","format":"date"}"#),
    good: .definition(#"{"type":"string","format":"datetime"}"#)
  )

  static let localToken = Rule(
    "local-token",
    .warning,
    "A known value that names a token should be a fully qualified reference.",
    reason: "The value is copied into data, which does not say which document '#mood' belongs to.",
    clause: Clause.specification("string"),
    bad: .definition(##"{"type":"string","knownValues":["#calm"]}"##),
    good: .definition(
      #"{"type":"string","knownValues":["com.example.defs#calm"]},"#
        + #""calm":{"type":"token","description":"At ease."}"#
    ),
    fix: { finding, tree in
      guard let value = tree.value(at: finding.location.offset),
        case .string(let text) = value.kind, text.hasPrefix("#"),
        case .string(let id)? = tree.root?["id"]?.kind, let nsid = try? NSID(id)
      else { return [] }
      let start = value.range.lowerBound + 1
      // The document's own NSID may be corrected in the same run.
      return [TextEdit(start..<start, nsid.normalized.string)]
    }
  )

  static let badAccept = Rule(
    "bad-accept",
    .error,
    "'accept' must list MIME types or MIME type patterns.",
    reason: "The media type of a blob cannot match anything else.",
    clause: Clause.specification("blob"),
    bad: .definition(#"{"type":"blob","accept":["png"]}"#),
    good: .definition(#"{"type":"blob","accept":["image/png"]}"#)
  )

  static let emptyAccept = Rule(
    "empty-accept",
    .warning,
    "'accept' should not be empty.",
    reason: "An empty list accepts no blob; omit 'accept' to accept any blob.",
    clause: Clause.specification("blob"),
    bad: .definition(#"{"type":"blob","accept":[]}"#),
    good: .definition(#"{"type":"blob"}"#)
  )
}
