// Rules about limits and listed values. `Document/Decoding/` and `Catalog/` report them.
extension Rule {
  static let constraintRules = [
    badLimit, contradictoryLimits, constAndDefault, defaultOutsideConstraints,
    constOutsideConstraints, emptyEnum, unreachableValue, tooMany, arrayDepth, endlessValue,
  ]

  static let badLimit = Rule(
    "bad-limit",
    .error,
    "A length limit must not be negative, and 'maxSize' must be at least 1.",
    reason: "Lengths are never negative, and blobs are never empty.",
    clause: Clause.specification("string"),
    bad: .definition(#"{"type":"string","maxLength":-1}"#),
    good: .definition(#"{"type":"string","maxLength":1}"#)
  )

  static let contradictoryLimits = Rule(
    "contradictory-limits",
    .error,
    "At least one value must satisfy all limits.",
    reason: "Contradictory limits reject every value.",
    clause: Clause.specification("integer"),
    bad: .definition(#"{"type":"integer","minimum":2,"maximum":1}"#),
    good: .definition(#"{"type":"integer","minimum":1,"maximum":2}"#)
  )

  static let constAndDefault = Rule(
    "const-and-default",
    .error,
    "A schema must not have both 'const' and 'default'.",
    reason: "The language defines them as mutually exclusive.",
    clause: Clause.specification("boolean"),
    bad: .definition(#"{"type":"boolean","const":true,"default":true}"#),
    good: .definition(#"{"type":"boolean","const":true}"#)
  )

  static let defaultOutsideConstraints = Rule(
    "default-outside-constraints",
    .error,
    "A default must satisfy the other constraints.",
    reason: "Software would fill in a value that it must reject.",
    clause: Clause.specification("integer"),
    bad: .definition(#"{"type":"integer","maximum":1,"default":2}"#),
    good: .definition(#"{"type":"integer","maximum":2,"default":2}"#)
  )

  static let constOutsideConstraints = Rule(
    "const-outside-constraints",
    .error,
    "A constant must satisfy the other constraints.",
    reason: "Otherwise the schema rejects every value.",
    clause: Clause.specification("integer"),
    bad: .definition(#"{"type":"integer","maximum":1,"const":2}"#),
    good: .definition(#"{"type":"integer","maximum":2,"const":2}"#)
  )

  static let emptyEnum = Rule(
    "empty-enum",
    .error,
    "'enum' must not be empty.",
    reason: "An empty list rejects every value.",
    clause: Clause.specification("string"),
    bad: .definition(#"{"type":"string","enum":[]}"#),
    good: .definition(#"{"type":"string","knownValues":["calm"]}"#)
  )

  static let unreachableValue = Rule(
    "unreachable-value",
    .warning,
    "Listed values should satisfy the other constraints.",
    reason: "A value that violates them can never be used.",
    clause: Clause.specification("string"),
    bad: .definition(#"{"type":"string","maxLength":3,"knownValues":["calm"]}"#),
    good: .definition(#"{"type":"string","maxLength":4,"knownValues":["calm"]}"#)
  )

  static let tooMany = Rule(
    "too-many",
    .error,
    "A list of alternatives must not have more than 1000 elements.",
    reason: "Longer lists become types that take minutes and gigabytes to compile.",
    clause: "Limit of lexgen",
    bad: .definition(
      #"{"type":"string","enum":[\#((0...1_000).map { "\"\($0)\"" }.joined(separator: ","))]}"#
    ),
    good: .definition(#"{"type":"string","maxLength":4}"#)
  )

  static let arrayDepth = Rule(
    "array-depth",
    .error,
    "Arrays must not be nested more than 64 levels deep.",
    reason: "Most software rejects values of such a type for their depth.",
    clause: "Limit of lexgen",
    bad: nestedArrays(65),
    good: nestedArrays(2)
  )

  /// `a1`, an array of `a2`, and so on to arrays of objects.
  private static func nestedArrays(_ depth: Int) -> RuleExample {
    let arrays = (1...depth).map { level in
      #""a\#(level)":{"type":"array","items":{"type":"ref","ref":"com.example.defs#a\#(level + 1)"}}"#
    }
    let object = #""a\#(depth + 1)":{"type":"object","properties":{}}"#
    return .definitions((arrays + [object]).joined(separator: ","), of: "com.example.defs")
  }

  static let endlessValue = Rule(
    "endless-value",
    .error,
    "A type must have at least one finite value.",
    reason: "An object that requires itself can never be written.",
    clause: Clause.specification("ref"),
    bad: .object(
      #""next":{"type":"ref","ref":"com.example.defs#example"}"#,
      #","required":["next"]"#
    ),
    good: .object(#""next":{"type":"ref","ref":"com.example.defs#example"}"#)
  )
}
