extension Rule {
  static let sharedDefinition = Rule(
    "shared-definition",
    .note,
    "Definitions that several documents use should be in a document named 'defs'.",
    reason:
      "A record or endpoint can then be deprecated or removed without its shared definitions.",
    clause: Clause.grouping,
    bad: example(definer: "com.example.note", primary: true),
    good: example(definer: "com.example.defs", primary: false)
  ) { subject in
    guard subject.main?.isPrimary == true else { return }
    for definition in subject.document.definitions where !definition.isMain {
      let reference = Reference(
        nsid: subject.document.id.value,
        definition: definition.name.value,
        at: definition.name.location
      )
      guard let user = subject.names.shared[reference] else { continue }
      subject.report(
        at: definition.name.location,
        "\(quoted(definition.name.value)) is used by other documents; move it to a 'defs' "
          + "document",
        notes: [.init("it is used here", at: user)]
      )
    }
  }

  private static func example(definer: String, primary: Bool) -> RuleExample {
    let main =
      #""main":{"type":"record","description":"A note.","key":"tid","record":{"type":"object","#
      + #""properties":{"mood":{"type":"ref","ref":"\#(definer)#mood"}}}}"#
    let mood = #""mood":{"type":"object","properties":{}}"#
    return primary
      ? RuleExample(
        RuleExample.document(main + "," + mood, of: "com.example.note"),
        RuleExample.document(main, of: "com.example.reply")
      )
      : RuleExample(
        RuleExample.document(main, of: "com.example.note"),
        RuleExample.document(mood, of: "com.example.defs")
      )
  }
}
