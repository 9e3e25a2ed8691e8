extension Rule {
  static let atomicArray = Rule(
    "atomic-array",
    .note,
    "Array items should be objects, even if they have only one field.",
    reason: "Fields can be added to an object later, but not to a bare value.",
    clause: Clause.evolution,
    bad: .query(
      "com.example.getMembers",
      output: #""members":{"type":"array","items":{"type":"string","format":"did"}}"#
    ),
    good: RuleExample(
      RuleExample.document(
        #""main":{"type":"query","description":"The members.","output":{"#
          + #""encoding":"application/json","schema":{"type":"object","properties":{"members":"#
          + #"{"type":"array","items":{"type":"ref","ref":"com.example.getMembers#member"}}}}}},"#
          + #""member":{"type":"object","required":["account"],"properties":{"account":"#
          + #"{"type":"string","format":"did"}}}"#,
        of: "com.example.getMembers"
      )
    )
  ) { subject in
    let names = subject.names
    subject.schemas { site in
      guard site.isElement, site.position != .parameters else { return nil }
      let items = names.meaning(of: site.schema)
      switch items.kind {
      case .string, .integer, .boolean, .bytes, .cidLink:
        return
          "\(site.name) is a bare \(items.typeName); use an object, which can be extended later"
      default: return nil
      }
    }
  }
}
