extension Rule {
  static let closedUnion = Rule(
    "closed-union",
    .warning,
    "A union should be open.",
    reason: "Neither its author nor anyone else can ever add a member to a closed union.",
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
      return "no member can be added to \(site.name) later; remove 'closed'"
    }
  }
}
