extension Rule {
  static let missingOutput = Rule(
    "missing-output",
    .warning,
    "Every query and procedure has an 'output' with an 'encoding'.",
    reason: "An object without properties can have some later; an answer without a body cannot "
      + "become one.",
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
      "the \(main.typeName) has no 'output'; without anything to say, it can be "
        + "'application/json' with an object of no properties"
    )
  }
}
