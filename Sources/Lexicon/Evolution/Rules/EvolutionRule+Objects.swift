// Changes of the properties of objects and of parameters.
extension EvolutionRule {
  static let objectRules = [
    propertyAdded, requiredPropertyAdded, propertyRemoved, requiredPropertyRemoved,
    propertyRenamed, propertyRequired, propertyOptional, nullAllowed, nullDisallowed,
  ]

  private static let text = #""text":{"type":"string","maxLength":300}"#
  private static let textAndMood = text + #","mood":{"type":"string","maxLength":64}"#

  static let propertyAdded = EvolutionRule(
    "property-added",
    .always(.compatible),
    "it is optional, and software that does not know it ignores it",
    example: .record(text, textAndMood)
  )

  static let requiredPropertyAdded = EvolutionRule(
    "required-property-added",
    .narrows,
    "new properties must be optional",
    example: .record(
      text,
      textAndMood,
      (before: #","required":["text"]"#, after: #","required":["text","mood"]"#)
    )
  )

  static let propertyRemoved = EvolutionRule(
    "property-removed",
    .always(.note),
    "software ignores it in data that still has it (prefer to keep it, marked as deprecated)",
    example: propertyAdded.example.reversed
  )

  static let requiredPropertyRemoved = EvolutionRule(
    "required-property-removed",
    .varies(shared: .breaking, request: .note, response: .breaking),
    "software built for the old schema relies on it",
    in: [.request: "servers ignore it in requests that still have it"],
    example: requiredPropertyAdded.example.reversed
  )

  static let propertyRenamed = EvolutionRule(
    "property-renamed",
    .always(.breaking),
    "fields cannot be renamed: software built for either version misses the value in data of the "
      + "other",
    example: .record(
      #""createdat":{"type":"string","format":"datetime"}"#,
      #""createdAt":{"type":"string","format":"datetime"}"#
    )
  )

  static let propertyRequired = EvolutionRule(
    "property-required",
    .narrows,
    "data without it was valid",
    clause: Clause.object,
    example: .record(text, text, (before: "", after: #","required":["text"]"#))
  )

  static let propertyOptional = EvolutionRule(
    "property-optional",
    .widens,
    "software built for the old schema relies on it",
    clause: Clause.object,
    example: propertyRequired.example.reversed
  )

  static let nullAllowed = EvolutionRule(
    "null-allowed",
    .widens,
    "null is not the same as absent",
    clause: Clause.object,
    example: .record(text, text, (before: "", after: #","nullable":["text"]"#))
  )

  static let nullDisallowed = EvolutionRule(
    "null-disallowed",
    .narrows,
    "null was valid",
    clause: Clause.object,
    example: nullAllowed.example.reversed
  )
}
