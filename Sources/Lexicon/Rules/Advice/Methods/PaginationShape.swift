extension Rule {
  static let paginationShape = Rule(
    "pagination-shape",
    .warning,
    "A query that pages takes an optional 'limit' and 'cursor' and answers with an optional "
      + "'cursor' and a required array.",
    reason: "Clients page through every list in the same way.",
    clause: Clause.patterns,
    bad: .query(
      parameters: #""cursor":{"type":"integer"}"#,
      output: #""notes":{"type":"array","items":{"type":"unknown"}}"#
    ),
    good: .query(
      parameters: #""limit":{"type":"integer","minimum":1,"maximum":100,"default":50},"#
        + #""cursor":{"type":"string"}"#,
      required: #"["notes"]"#,
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
    let output = subject.properties(of: method.output)
    let answer = output?.first { $0.name.value == "cursor" }
    if let answer, answer.schema.typeName != "string" || answer.isRequired {
      subject.report(
        at: answer.name.location,
        "the 'cursor' of an answer is by convention an optional string: none means the end"
      )
    }
    guard let cursor = parameters.first(where: { $0.name.value == "cursor" }) else {
      if let answer {
        subject.report(
          at: answer.name.location,
          "the answer has a 'cursor', which the query does not take"
        )
      }
      return
    }
    if !parameters.contains(where: { $0.name.value == "limit" }) {
      subject.report(
        at: cursor.name.location,
        "the query takes a 'cursor' and no 'limit', which pages by convention have too"
      )
    }
    guard let output else { return }
    if answer == nil {
      subject.report(
        at: cursor.name.location,
        "the query takes a 'cursor' and never answers with one"
      )
    }
    let lists = output.filter { subject.names.meaning(of: $0.schema).typeName == "array" }
    if lists.isEmpty {
      subject.report(
        at: cursor.name.location,
        "the query takes a 'cursor', but its answer has no array to page through"
      )
    } else if !lists.contains(where: \.isRequired) {
      subject.report(
        at: lists[0].name.location,
        "\(quoted(lists[0].name.value)) is not required; a page has its array, even an empty one"
      )
    }
  }
}
