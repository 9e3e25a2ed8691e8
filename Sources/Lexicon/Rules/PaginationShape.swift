extension Rule {
  static let paginationShape = Rule(
    "pagination-shape",
    .warning,
    "A query that lists takes an optional 'limit' and 'cursor' and answers with a 'cursor'.",
    reason: "Clients page through every list in the same way.",
    clause: Clause.patterns,
    bad: .query(
      parameters: #""cursor":{"type":"integer"}"#,
      output: #""notes":{"type":"array","items":{"type":"unknown"}}"#
    ),
    good: .query(
      parameters: #""limit":{"type":"integer","minimum":1,"maximum":100,"default":50},"#
        + #""cursor":{"type":"string"}"#,
      output: #""cursor":{"type":"string"},"notes":{"type":"array","items":{"type":"unknown"}}"#
    )
  ) { subject in
    guard case .query(let method)? = subject.main?.kind else { return }
    let parameters = method.parameters?.properties ?? []
    for (name, type) in [("limit", "integer"), ("cursor", "string")] {
      guard let property = parameters.first(where: { $0.name.value == name }) else { continue }
      if property.schema.typeName != type || property.isRequired {
        subject.report(
          at: property.name.location,
          "the parameter '\(name)' of a query is by convention an optional \(type)"
        )
      }
    }
    guard let cursor = parameters.first(where: { $0.name.value == "cursor" }),
      let output = outputProperties(method, subject)
    else { return }
    switch output.first(where: { $0.name.value == "cursor" }) {
    case nil:
      subject.report(
        at: cursor.name.location,
        "the query takes a 'cursor' and never answers with one"
      )
    case let answer? where answer.schema.typeName != "string" || answer.isRequired:
      subject.report(
        at: answer.name.location,
        "the 'cursor' of an answer is by convention an optional string: none means the end"
      )
    default: break
    }
  }

  private static func outputProperties(
    _ method: MethodSchema,
    _ subject: RuleSubject
  ) -> [PropertySchema]? {
    switch method.output?.schema?.kind {
    case .object(let object): return object.properties
    case .ref(let reference):
      guard case .schema(let schema)? = subject.names.catalog.definition(reference)?.kind,
        case .object(let object) = schema.kind
      else { return nil }
      return object.properties
    default: return nil
    }
  }
}
