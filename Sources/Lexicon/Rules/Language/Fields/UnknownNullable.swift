extension Rule {
  static let unknownNullable = Rule(
    "unknown-nullable",
    .warning,
    "'nullable' names properties.",
    reason: "Another name has no effect.",
    clause: Clause.specification("object"),
    bad: .object(#""text":{"type":"string"}"#, #","required":["text"],"nullable":["txt"]"#),
    good: .object(#""text":{"type":"string"}"#, #","required":["text"],"nullable":["text"]"#),
    fixedBy: { finding, tree in
      let steps = tree.steps(to: finding.location.offset)
      guard let step = steps.last, steps.count > 1,
        case .array(let elements) = step.container.kind,
        case .string(let name) = elements[step.index].kind
      else { return [] }
      // A name that is nearly right was meant to have an effect.
      var names: [String] = []
      if case .object(let properties)? = steps[steps.count - 2].container["properties"]?.kind {
        names = properties.map(\.name)
      }
      guard Suggestion.nearest(to: name, among: names) == nil else { return [] }
      return [LocatedTree.removal(step)]
    }
  )
}
