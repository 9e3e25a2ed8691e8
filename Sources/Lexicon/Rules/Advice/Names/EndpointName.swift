extension Rule {
  static let endpointName = Rule(
    "endpoint-name",
    .note,
    "An endpoint is named by a verb and a noun, and the verb fits its type.",
    reason: "One sees from the name whether a call reads or changes something.",
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
      subject.report(at: subject.document.id.location, "\(name) \(noVerb(words))")
    } else if !words.dropFirst().contains(where: { !Words.isVersion($0) }) {
      subject.report(
        at: subject.document.id.location,
        "\(name) is a verb without a noun, as 'getPost' has one"
      )
    } else if case .query = main.kind, Verbs.writing.contains(verb) {
      subject.report(
        at: subject.document.id.location,
        "\(name) is a query, but '\(verb)' is a verb of procedures"
      )
    } else if case .procedure = main.kind, ["get", "list", "search", "query"].contains(verb) {
      subject.report(
        at: subject.document.id.location,
        "\(name) is a procedure, but '\(verb)' is a verb of queries"
      )
    }
  }

  private static let conventional: Set<String> = [
    "get", "list", "search", "query", "create", "update", "delete", "upsert", "put",
  ]

  private static func noVerb(_ words: [String]) -> String {
    let start = "begins with no verb that is known here"
    let position = words.lastIndex { conventional.contains($0.lowercased()) }
    guard let position else { return "\(start), as 'getPost' and 'createPost' do" }
    var nouns = words
    let verb = nouns.remove(at: position).lowercased()
    let suggestion = verb + nouns.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return "\(start); \(quoted(suggestion)) would"
  }
}
