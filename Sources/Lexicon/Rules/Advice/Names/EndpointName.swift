extension Rule {
  static let endpointName = Rule(
    "endpoint-name",
    .note,
    "An endpoint should be named with a verb and a noun, and the verb should fit its type.",
    reason: "The name then says whether a call reads or changes something.",
    clause: Clause.naming,
    bad: .definitions(
      #""main":{"type":"query","description":"The notes.","output":{"#
        + #""encoding":"application/json"}}"#,
      of: "com.example.notes"
    ),
    good: .query("com.example.getNotes")
  ) { subject in
    guard let main = subject.main, subject.method != nil else { return }
    let words = Words.of(subject.name)
    guard let verb = words.first?.lowercased() else { return }
    let name = quoted(subject.name)
    if !Verbs.contain(verb) {
      subject.report(at: subject.document.id.location, "\(name) \(missingVerb(words))")
    } else if !words.dropFirst().contains(where: { !Words.isVersion($0) }) {
      subject.report(
        at: subject.document.id.location,
        "\(name) is a verb without a noun; add one, as in 'getPost'"
      )
    } else if case .query = main.kind, Verbs.writing.contains(verb) {
      subject.report(
        at: subject.document.id.location,
        "\(name) is a query, but '\(verb)' is a verb for procedures"
      )
    } else if case .procedure = main.kind, ["get", "list", "search", "query"].contains(verb) {
      subject.report(
        at: subject.document.id.location,
        "\(name) is a procedure, but '\(verb)' is a verb for queries"
      )
    }
  }

  private static let conventional: Set<String> = [
    "get", "list", "search", "query", "create", "update", "delete", "upsert", "put",
  ]

  private static func missingVerb(_ words: [String]) -> String {
    let start = "does not begin with a known verb"
    let position = words.lastIndex { conventional.contains($0.lowercased()) }
    guard let position else { return "\(start), such as 'get' or 'create'" }
    var nouns = words
    let verb = nouns.remove(at: position).lowercased()
    let suggestion = verb + nouns.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return "\(start); did you mean \(quoted(suggestion))?"
  }
}
