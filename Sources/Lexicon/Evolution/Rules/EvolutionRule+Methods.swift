// Changes of queries, procedures, subscriptions and permission sets.
extension EvolutionRule {
  static let methodRules = [
    inputAdded, inputRemoved, outputAdded, outputRemoved, bodySchemaAdded, bodySchemaRemoved,
    errorAdded, errorRenamed, errorRemoved, permissionAdded, permissionRemoved,
  ]

  private static let object =
    #"{"encoding":"application/json","schema":{"type":"object","properties":{}}}"#

  static let inputAdded = EvolutionRule(
    "input-added",
    .always(.breaking),
    "clients built for the old schema send no input",
    clause: Clause.method,
    example: .procedure(#""output":\#(object)"#, #""input":\#(object),"output":\#(object)"#)
  )

  static let inputRemoved = EvolutionRule(
    "input-removed",
    .always(.breaking),
    "clients built for the old schema send an input that is no longer expected",
    clause: Clause.method,
    example: inputAdded.example.reversed
  )

  static let outputAdded = EvolutionRule(
    "output-added",
    .always(.note),
    "clients built for the old schema do not read it",
    clause: Clause.method,
    example: .procedure(#""input":\#(object)"#, #""input":\#(object),"output":\#(object)"#)
  )

  static let outputRemoved = EvolutionRule(
    "output-removed",
    .always(.breaking),
    "clients built for the old schema expect it",
    clause: Clause.method,
    example: outputAdded.example.reversed
  )

  static let bodySchemaAdded = EvolutionRule(
    "body-schema-added",
    .narrows,
    "any body was valid before, and now only some are",
    clause: Clause.method,
    example: .procedure(
      #""input":{"encoding":"application/json"},"output":\#(object)"#,
      #""input":\#(object),"output":\#(object)"#
    )
  )

  static let bodySchemaRemoved = EvolutionRule(
    "body-schema-removed",
    .widens,
    "any body is valid now",
    clause: Clause.method,
    example: bodySchemaAdded.example.reversed
  )

  static let errorAdded = EvolutionRule(
    "error-added",
    .always(.note),
    "clients built for the old schema treat it as an unknown error",
    clause: Clause.method,
    example: .procedure(
      #""output":\#(object),"errors":[{"name":"TooLong"}]"#,
      #""output":\#(object),"errors":[{"name":"TooLong"},{"name":"TooMany"}]"#
    )
  )

  static let errorRenamed = EvolutionRule(
    "error-renamed",
    .always(.note),
    "clients compare error names literally, and do not recognize the new one",
    clause: Clause.method,
    example: .procedure(
      #""output":\#(object),"errors":[{"name":"ToLong"}]"#,
      #""output":\#(object),"errors":[{"name":"TooLong"}]"#
    )
  )

  static let errorRemoved = EvolutionRule(
    "error-removed",
    .always(.note),
    "clients may handle an error that no longer occurs",
    clause: Clause.method,
    example: errorAdded.example.reversed
  )

  static let permissionAdded = EvolutionRule(
    "permission-added",
    .always(.note),
    "users who granted the set before now grant more",
    clause: Clause.permission,
    example: EvolutionExample(
      .permission(#""resource":"repo","collection":["com.example.note"],"action":["create"]"#),
      .permission(
        #""resource":"repo","collection":["com.example.note"],"action":["create","delete"]"#
      )
    )
  )

  static let permissionRemoved = EvolutionRule(
    "permission-removed",
    .always(.breaking),
    "apps that request the set lose access",
    clause: Clause.permission,
    example: permissionAdded.example.reversed
  )
}
