extension Rule {
  static let errorNameCasing = Rule(
    "error-name-casing",
    .warning,
    "Error names should be in UpperCamelCase.",
    reason:
      "Clients compare error names literally, and those of the protocol are in UpperCamelCase.",
    clause: Clause.casing,
    bad: .definitions(named("not-found"), of: "com.example.deleteNote"),
    good: .definitions(named("NotFound"), of: "com.example.deleteNote")
  ) { subject in
    let errors: [ErrorSchema] =
      switch subject.main?.kind {
      case .query(let method), .procedure(let method): method.errors
      case .subscription(let subscription): subscription.errors
      default: []
      }
    for error in errors where !Words.isUpperCamelCase(error.name.value) {
      subject.report(
        at: error.name.location,
        "the error name \(quoted(error.name.value)) is not in UpperCamelCase"
      )
    }
  }

  private static func named(_ name: String) -> String {
    #""main":{"type":"procedure","description":"Deletes a note.","output":{"#
      + #""encoding":"application/json"},"errors":[{"name":"\#(name)"}]}"#
  }
}
