// Changes of defaults, constants and listed values.
extension EvolutionRule {
  static let valueRules = [
    defaultChanged, constAdded, constRemoved, constChanged, enumAdded, enumRemoved,
    enumValueAdded, enumValueRemoved, knownValueAdded, knownValueRemoved,
  ]

  /// A property `pinned` that is a boolean with the given fields.
  private static func flag(_ fields: String) -> String {
    #""pinned":{"type":"boolean"\#(fields)}"#
  }

  /// A property `mood` that is a string with the given fields.
  private static func mood(_ fields: String) -> String {
    #""mood":{"type":"string","maxLength":64\#(fields)}"#
  }

  static let defaultChanged = EvolutionRule(
    "default-changed",
    // The data stays valid, but records written before change their meaning.
    .varies(shared: .breaking, request: .note, response: .note),
    "an absent value now means something else",
    clause: Clause.fields,
    example: .record(flag(#","default":false"#), flag(#","default":true"#))
  )

  static let constAdded = EvolutionRule(
    "const-added",
    .narrows,
    "other values were valid",
    clause: Clause.constraints,
    example: .record(flag(""), flag(#","const":true"#))
  )

  static let constRemoved = EvolutionRule(
    "const-removed",
    .widens,
    "other values are valid now",
    clause: Clause.constraints,
    example: constAdded.example.reversed
  )

  static let constChanged = EvolutionRule(
    "const-changed",
    .replaces,
    "no value is valid in both versions",
    clause: Clause.constraints,
    example: .record(flag(#","const":false"#), flag(#","const":true"#))
  )

  static let enumAdded = EvolutionRule(
    "enum-added",
    .narrows,
    "other values were valid",
    clause: Clause.constraints,
    example: .record(mood(""), mood(#","enum":["calm","glad"]"#))
  )

  static let enumRemoved = EvolutionRule(
    "enum-removed",
    .widens,
    "other values are valid now",
    clause: Clause.constraints,
    example: enumAdded.example.reversed
  )

  static let enumValueAdded = EvolutionRule(
    "enum-value-added",
    .widens,
    "an enum is closed and cannot be extended",
    clause: "Lexicon style guide",
    example: .record(mood(#","enum":["calm"]"#), mood(#","enum":["calm","glad"]"#))
  )

  static let enumValueRemoved = EvolutionRule(
    "enum-value-removed",
    .narrows,
    "the value was valid",
    clause: Clause.constraints,
    example: enumValueAdded.example.reversed
  )

  static let knownValueAdded = EvolutionRule(
    "known-value-added",
    .always(.compatible),
    "known values are suggestions, and any other value is valid too",
    clause: Clause.values,
    example: .record(mood(#","knownValues":["calm"]"#), mood(#","knownValues":["calm","glad"]"#))
  )

  static let knownValueRemoved = EvolutionRule(
    "known-value-removed",
    .always(.note),
    "the value is still valid, but no longer documented",
    clause: Clause.values,
    example: knownValueAdded.example.reversed
  )
}
