extension Rule {
  static let unpagedList = Rule(
    "unpaged-list",
    .note,
    "A query named 'list…', 'search…' or 'query…' should take a 'limit' and a 'cursor'.",
    reason:
      "A short list grows, and adding pagination later changes how clients must call the query.",
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
      // These return a few suggestions while the user is typing.
      !words.contains("Typeahead"), !words.contains("Autocomplete"),
      let output = subject.properties(of: method.output),
      output.contains(where: { subject.names.meaning(of: $0.schema).typeName == "array" })
    else { return }
    let parameters = method.parameters?.properties.map(\.name.value) ?? []
    guard !parameters.contains("cursor") else { return }
    subject.report(
      at: subject.document.id.location,
      parameters.contains("limit")
        ? "\(quoted(subject.name)) takes a 'limit' but no 'cursor'; add one to request the next page"
        : "\(quoted(subject.name)) always returns the whole list; add a 'limit' and a 'cursor'"
    )
  }
}
