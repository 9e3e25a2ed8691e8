extension Rule {
  static let paginationShape = Rule(
    "pagination-shape",
    .warning,
    "A paginated query should take an optional 'limit' and 'cursor', and return an optional "
      + "'cursor' and a required array.",
    reason: "Clients can then page through every list in the same way.",
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
          "by convention, the parameter '\(name)' of a query is an optional \(type)"
        )
      }
    }
    let output = subject.properties(of: method.output)
    let returned = output?.first { $0.name.value == "cursor" }
    if let returned, returned.schema.typeName != "string" || returned.isRequired {
      subject.report(
        at: returned.name.location,
        "by convention, the 'cursor' of an output is an optional string that is absent at the end"
      )
    }
    guard let cursor = parameters.first(where: { $0.name.value == "cursor" }) else {
      if let returned {
        subject.report(
          at: returned.name.location,
          "the output has a 'cursor', but the query does not take one; add the parameter"
        )
      }
      return
    }
    if !parameters.contains(where: { $0.name.value == "limit" }) {
      subject.report(
        at: cursor.name.location,
        "the query takes a 'cursor' but no 'limit'; by convention, add one"
      )
    }
    guard let output else { return }
    if returned == nil {
      subject.report(
        at: cursor.name.location,
        "the query takes a 'cursor' but does not return one; add it to the output"
      )
    }
    let lists = output.filter { subject.names.meaning(of: $0.schema).typeName == "array" }
    if lists.isEmpty {
      subject.report(
        at: cursor.name.location,
        "the query takes a 'cursor', but its output has no array to page through"
      )
    } else if !lists.contains(where: \.isRequired) {
      subject.report(
        at: lists[0].name.location,
        "\(quoted(lists[0].name.value)) is optional; require it, and return an empty array for "
          + "an empty page"
      )
    }
  }
}
