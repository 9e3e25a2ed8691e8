extension Rule {
  static let unpagedList = Rule(
    "unpaged-list",
    .note,
    "A query called 'list…', 'search…' or 'query…' pages: it takes a 'limit' and a 'cursor'.",
    reason: "A list that is short today grows, and to page later changes what clients must do.",
    clause: Clause.patterns,
    bad: .query(
      required: #"["notes"]"#,
      output: #""notes":{"type":"array","items":{"type":"unknown"}}"#
    ),
    good: paginationShape.good
  ) { subject in
    let words = Words.of(subject.name)
    guard case .query(let method)? = subject.main?.kind,
      let verb = words.first, ["list", "search", "query"].contains(verb),
      // Who types on is shown other few.
      !words.contains("Typeahead"), !words.contains("Autocomplete"),
      let output = subject.properties(of: method.output),
      output.contains(where: { subject.names.meaning(of: $0.schema).typeName == "array" })
    else { return }
    let parameters = method.parameters?.properties.map(\.name.value) ?? []
    guard !parameters.contains("cursor") else { return }
    subject.report(
      at: subject.document.id.location,
      parameters.contains("limit")
        ? "\(quoted(subject.name)) takes a 'limit' and no 'cursor': nobody can ask for the rest"
        : "\(quoted(subject.name)) takes neither a 'limit' nor a 'cursor': it answers with all"
    )
  }
}
