extension Rule {
  static let missingOutput = Rule(
    "missing-output",
    .warning,
    "Every query and procedure should have an 'output' with an 'encoding'.",
    reason: "Properties can be added to an empty object later, but a body cannot be added to a "
      + "response without one.",
    clause: Clause.guidelines,
    bad: .definitions(
      #""main":{"type":"procedure","description":"Deletes a note."}"#,
      of: "com.example.deleteNote"
    ),
    good: .definitions(
      #""main":{"type":"procedure","description":"Deletes a note.","output":{"#
        + #""encoding":"application/json","schema":{"type":"object","properties":{}}}}"#,
      of: "com.example.deleteNote"
    )
  ) { subject in
    guard let main = subject.main, let method = subject.method, method.output == nil else { return }
    subject.report(
      at: main.name.location,
      "the \(main.typeName) has no 'output'; if it returns nothing, use "
        + "'application/json' with an object without properties"
    )
  }
}
