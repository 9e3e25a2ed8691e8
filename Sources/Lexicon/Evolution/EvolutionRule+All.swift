extension EvolutionRule {
  /// Every rule, in the order of the language: documents, definitions, methods, objects, unions,
  /// values.
  public static let all: [EvolutionRule] =
    [
      documentAdded, documentRemoved, definitionAdded, definitionRemoved, definitionRenamed,
      definitionTypeChanged, descriptionChanged, recordKeyNarrowed, recordKeyWidened,
      recordKeyChanged, bodyAdded, bodyRemoved, answerAdded, answerRemoved,
      bodySchemaAdded, bodySchemaRemoved, errorAdded, errorRemoved,
      permissionAdded, permissionRemoved, propertyAdded, requiredPropertyAdded, propertyRemoved,
      requiredPropertyRemoved, propertyRequired, propertyOptional, nullAllowed, nullDisallowed,
      unionOpened, unionClosed, memberAdded, memberRemoved, closedMemberAdded, closedMemberRemoved,
      typeChanged, typeOpened, typeRestricted, referenceRenamed, referenceChanged,
      defaultChanged, constAdded, constRemoved, constChanged, enumAdded, enumRemoved,
      enumValueAdded, enumValueRemoved, knownValueAdded, knownValueRemoved,
    ] + Constraint.allCases.flatMap(\.rules)

  // MARK: Documents and definitions

  static let documentAdded = EvolutionRule(
    "document-added",
    .always(.compatible),
    "nobody depends on it yet"
  )
  static let documentRemoved = EvolutionRule(
    "document-removed",
    .always(.breaking),
    "data and software that name it find nothing"
  )
  static let definitionAdded = EvolutionRule(
    "definition-added",
    .always(.compatible),
    "nobody depends on it yet"
  )
  static let definitionRemoved = EvolutionRule(
    "definition-removed",
    .always(.breaking),
    "data and schemas that name it, also those of others, find nothing"
  )
  static let definitionRenamed = EvolutionRule(
    "definition-renamed",
    .always(.breaking),
    "schemas of others name it, and in unions its name is the $type in the data",
    clause: Clause.reference
  )
  static let definitionTypeChanged = EvolutionRule(
    "definition-type-changed",
    .always(.breaking),
    "types cannot change, and everything that uses it expects the old one"
  )
  static let descriptionChanged = EvolutionRule(
    "description-changed",
    .always(.compatible),
    "texts for people decide nothing"
  )
  static let recordKeyNarrowed = EvolutionRule(
    "record-key-narrowed",
    .narrows,
    "records may stand under keys that are no longer allowed",
    clause: Clause.record
  )
  static let recordKeyWidened = EvolutionRule(
    "record-key-widened",
    .widens,
    "software that knows the old schema expects keys of the old type",
    clause: Clause.record
  )
  static let recordKeyChanged = EvolutionRule(
    "record-key-changed",
    .replaces,
    "no key, or not every key, is right for both versions",
    clause: Clause.record
  )

  // MARK: Methods

  static let bodyAdded = EvolutionRule(
    "input-added",
    .always(.breaking),
    "clients that know the old schema send no input",
    clause: Clause.method
  )
  static let bodyRemoved = EvolutionRule(
    "input-removed",
    .always(.breaking),
    "clients that know the old schema send an input that is no longer expected",
    clause: Clause.method
  )
  static let answerAdded = EvolutionRule(
    "output-added",
    .always(.note),
    "clients that know the old schema do not read it",
    clause: Clause.method
  )
  static let answerRemoved = EvolutionRule(
    "output-removed",
    .always(.breaking),
    "clients that know the old schema wait for it",
    clause: Clause.method
  )
  static let bodySchemaAdded = EvolutionRule(
    "body-schema-added",
    .narrows,
    "where any body was allowed, only some are",
    clause: Clause.method
  )
  static let bodySchemaRemoved = EvolutionRule(
    "body-schema-removed",
    .widens,
    "any body is allowed",
    clause: Clause.method
  )
  static let errorAdded = EvolutionRule(
    "error-added",
    .always(.note),
    "clients that know the old schema treat it as any unknown error",
    clause: Clause.method
  )
  static let errorRemoved = EvolutionRule(
    "error-removed",
    .always(.note),
    "clients may wait for an error that no longer comes",
    clause: Clause.method
  )

  // MARK: Permission sets

  static let permissionAdded = EvolutionRule(
    "permission-added",
    .always(.note),
    "who granted the set before grants more from now on",
    clause: Clause.permission
  )
  static let permissionRemoved = EvolutionRule(
    "permission-removed",
    .always(.breaking),
    "apps that ask for the set can no longer do what they did",
    clause: Clause.permission
  )

  // MARK: Objects and parameters

  static let propertyAdded = EvolutionRule(
    "property-added",
    .always(.compatible),
    "it may be left out, and software that does not know it passes it over"
  )
  static let requiredPropertyAdded = EvolutionRule(
    "required-property-added",
    .narrows,
    "any new fields must be optional"
  )
  static let propertyRemoved = EvolutionRule(
    "property-removed",
    .always(.note),
    "what is still sent is passed over (better keep it and call it deprecated)"
  )
  static let requiredPropertyRemoved = EvolutionRule(
    "required-property-removed",
    .varies(shared: .breaking, request: .note, response: .breaking),
    "software that knows the old schema relies on it",
    in: [.request: "what clients still send is passed over"]
  )
  static let propertyRequired = EvolutionRule(
    "property-required",
    .narrows,
    "data without it was allowed",
    clause: Clause.object
  )
  static let propertyOptional = EvolutionRule(
    "property-optional",
    .widens,
    "software that knows the old schema relies on it",
    clause: Clause.object
  )
  static let nullAllowed = EvolutionRule(
    "null-allowed",
    .widens,
    "null is not the same as absent",
    clause: Clause.object
  )
  static let nullDisallowed = EvolutionRule(
    "null-disallowed",
    .narrows,
    "null was allowed",
    clause: Clause.object
  )

  // MARK: Unions and types

  static let unionOpened = EvolutionRule(
    "union-opened",
    .widens,
    "software that knows the old schema expects no other type",
    clause: Clause.union
  )
  static let unionClosed = EvolutionRule(
    "union-closed",
    .narrows,
    "types that the union does not name were allowed",
    clause: Clause.union
  )
  static let memberAdded = EvolutionRule(
    "union-member-added",
    .varies(shared: .note, request: .compatible, response: .note),
    "software that knows the old schema meets it as an unknown type of an open union",
    in: [.request: "clients that know the old schema do not send it"],
    clause: Clause.union
  )
  static let memberRemoved = EvolutionRule(
    "union-member-removed",
    .always(.breaking),
    "types cannot be removed from an open union: its writers are no longer understood",
    clause: Clause.union
  )
  static let closedMemberAdded = EvolutionRule(
    "closed-union-member-added",
    .widens,
    "a closed union promises that no type will come",
    clause: Clause.union
  )
  static let closedMemberRemoved = EvolutionRule(
    "closed-union-member-removed",
    .narrows,
    "the type was allowed",
    clause: Clause.union
  )
  static let typeChanged = EvolutionRule("type-changed", .replaces, "types cannot change")
  static let typeOpened = EvolutionRule(
    "type-opened",
    .varies(shared: .breaking, request: .note, response: .breaking),
    "types cannot change, and software that knows the old schema expects a known object",
    in: [.request: "types cannot change, though a request that was right before still is"]
  )
  static let typeRestricted = EvolutionRule(
    "type-restricted",
    .varies(shared: .breaking, request: .breaking, response: .note),
    "types cannot change, and not every object that was allowed before is",
    in: [.response: "types cannot change, though what is answered was allowed before too"]
  )
  static let referenceRenamed = EvolutionRule(
    "reference-renamed",
    .always(.note),
    "a reference leaves no trace in data, and the definitions are compared by themselves",
    clause: Clause.reference
  )
  static let referenceChanged = EvolutionRule(
    "reference-changed",
    .always(.breaking),
    "the definitions are not both among what was compared, or their names stand in the data",
    clause: Clause.reference
  )

  // MARK: Values

  static let defaultChanged = EvolutionRule(
    "default-changed",
    // The data stays valid. But what is stored was not written anew, and says something else.
    .varies(shared: .breaking, request: .note, response: .note),
    "what is absent means something else from now on",
    clause: Clause.fields
  )
  static let constAdded = EvolutionRule(
    "const-added",
    .narrows,
    "other values were allowed",
    clause: Clause.constraints
  )
  static let constRemoved = EvolutionRule(
    "const-removed",
    .widens,
    "other values are allowed",
    clause: Clause.constraints
  )
  static let constChanged = EvolutionRule(
    "const-changed",
    .replaces,
    "no value is right for both",
    clause: Clause.constraints
  )
  static let enumAdded = EvolutionRule(
    "enum-added",
    .narrows,
    "other values were allowed",
    clause: Clause.constraints
  )
  static let enumRemoved = EvolutionRule(
    "enum-removed",
    .widens,
    "other values are allowed",
    clause: Clause.constraints
  )
  static let enumValueAdded = EvolutionRule(
    "enum-value-added",
    .widens,
    "an enum is closed and cannot be extended",
    clause: "Lexicon style guide"
  )
  static let enumValueRemoved = EvolutionRule(
    "enum-value-removed",
    .narrows,
    "the value was allowed",
    clause: Clause.constraints
  )
  static let knownValueAdded = EvolutionRule(
    "known-value-added",
    .always(.compatible),
    "known values are suggestions, and any other is allowed too",
    clause: Clause.values
  )
  static let knownValueRemoved = EvolutionRule(
    "known-value-removed",
    .always(.note),
    "the value is still allowed, but no longer explained",
    clause: Clause.values
  )
}
