extension Rule {
  static let closedUnion = Rule(
    "closed-union",
    .warning,
    "A union is open.",
    reason: "Nothing can ever be added to a closed union, by its author or by others.",
    clause: Clause.evolution,
    bad: .definitions(
      #""example":{"type":"object","properties":{"#
        + #""embed":{"type":"union","closed":true,"refs":["com.example.note#image"]}}},"#
        + #""image":{"type":"object","properties":{}}"#
    ),
    good: .definitions(
      #""example":{"type":"object","properties":{"#
        + #""embed":{"type":"union","refs":["com.example.note#image"]}}},"#
        + #""image":{"type":"object","properties":{}}"#
    )
  ) { subject in
    subject.schemas { site in
      guard case .union(let union) = site.schema.kind, union.isClosed else { return nil }
      return "\(site.name) is a closed union: nobody can add a member"
    }
  }
}
