extension Rule {
  private static let readingVerbs: Set<String> = [
    "get", "list", "search", "query", "find", "count", "check", "describe", "resolve", "fetch",
    "export", "has", "is", "lookup", "preview", "suggest", "read", "show", "validate", "verify",
  ]
  private static let writingVerbs: Set<String> = [
    "create", "update", "delete", "upsert", "put", "add", "remove", "set", "send", "import",
    "upload", "register", "unregister", "request", "confirm", "accept", "reject", "leave", "join",
    "mute", "unmute", "block", "unblock", "activate", "deactivate", "enable", "disable", "revoke",
    "reset", "refresh", "reserve", "submit", "sign", "apply", "emit", "notify", "publish", "merge",
    "move", "rename", "mark", "unmark", "start", "stop", "cancel", "ban", "unban", "edit", "clear",
    "attach", "detach", "assign", "unassign", "approve", "schedule", "process", "report", "grant",
    "lock", "unlock", "withdraw", "rotate", "trigger", "replace", "invite", "kick",
  ]

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
    good: .query("com.example.listNotes")
  ) { subject in
    guard let main = subject.main, subject.method != nil else { return }
    let words = Words.of(subject.name)
    let verb = words.first?.lowercased() ?? ""
    let location = subject.document.id.location
    if case .query = main.kind, writingVerbs.contains(verb) {
      subject.report(
        at: location,
        "\(quoted(subject.name)) is a query, but '\(verb)' is a verb of procedures"
      )
    } else if case .procedure = main.kind, ["get", "list", "search", "query"].contains(verb) {
      subject.report(
        at: location,
        "\(quoted(subject.name)) is a procedure, but '\(verb)' is a verb of queries"
      )
    } else if words.count < 2, !readingVerbs.contains(verb), !writingVerbs.contains(verb) {
      subject.report(
        at: location,
        "\(quoted(subject.name)) is no verb and noun, such as 'getPost' or 'createPost'"
      )
    }
  }
}
