// Changes of documents, definitions and record keys.
extension EvolutionRule {
  static let documentRules = [
    documentAdded, documentRemoved, documentRenamed, definitionAdded, definitionRemoved,
    definitionRenamed,
    definitionTypeChanged, descriptionChanged, recordKeyNarrowed, recordKeyWidened,
    recordKeyChanged,
  ]

  static let documentAdded = EvolutionRule(
    "document-added",
    .always(.compatible),
    "nothing depends on it yet",
    example: EvolutionExample(
      .named("com.example.defs"),
      .named("com.example.defs", "com.example.other")
    )
  )

  static let documentRemoved = EvolutionRule(
    "document-removed",
    .always(.breaking),
    "data and software that refer to it no longer find it",
    example: documentAdded.example.reversed
  )

  static let documentRenamed = EvolutionRule(
    "document-renamed",
    .always(.breaking),
    "data and schemas refer to it by its NSID",
    example: EvolutionExample(
      .definitions(#""calm":{"type":"token","description":"At ease."}"#, of: "com.example.defs"),
      .definitions(#""calm":{"type":"token","description":"At ease."}"#, of: "com.example.moods")
    )
  )

  static let definitionAdded = EvolutionRule(
    "definition-added",
    .always(.compatible),
    "nothing depends on it yet",
    example: .definitions(
      #""mood":{"type":"string","maxLength":64}"#,
      #""mood":{"type":"string","maxLength":64},"calm":{"type":"token","description":"At ease."}"#
    )
  )

  static let definitionRemoved = EvolutionRule(
    "definition-removed",
    .always(.breaking),
    "data and schemas that refer to it, including those of others, no longer find it",
    example: definitionAdded.example.reversed
  )

  static let definitionRenamed = EvolutionRule(
    "definition-renamed",
    .always(.breaking),
    "schemas of others refer to it by name, and in unions its name is the $type in the data",
    clause: Clause.reference,
    example: .definitions(
      #""view":{"type":"object","properties":{"text":{"type":"string"}}}"#,
      #""noteView":{"type":"object","properties":{"text":{"type":"string"}}}"#
    )
  )

  static let definitionTypeChanged = EvolutionRule(
    "definition-type-changed",
    .always(.breaking),
    "types cannot change, and everything that uses the definition expects the old type",
    example: .definitions(
      #""mood":{"type":"string","maxLength":64}"#,
      #""mood":{"type":"object","properties":{"name":{"type":"string","maxLength":64}}}"#
    )
  )

  static let descriptionChanged = EvolutionRule(
    "description-changed",
    .always(.compatible),
    "descriptions do not affect data",
    example: .definitions(
      #""calm":{"type":"token","description":"At ease."}"#,
      #""calm":{"type":"token","description":"At peace with the world."}"#
    )
  )

  static let recordKeyNarrowed = EvolutionRule(
    "record-key-narrowed",
    .narrows,
    "existing records may have keys that are no longer valid",
    clause: Clause.record,
    example: EvolutionExample(.recordKey("any"), .recordKey("tid"))
  )

  static let recordKeyWidened = EvolutionRule(
    "record-key-widened",
    .widens,
    "software built for the old schema expects keys of the old type",
    clause: Clause.record,
    example: recordKeyNarrowed.example.reversed
  )

  static let recordKeyChanged = EvolutionRule(
    "record-key-changed",
    .replaces,
    "not every key, or no key, is valid in both versions",
    clause: Clause.record,
    example: EvolutionExample(.recordKey("tid"), .recordKey("literal:self"))
  )
}
