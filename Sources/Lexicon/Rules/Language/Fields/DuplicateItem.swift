extension Rule {
  static let duplicateItem = Rule(
    "duplicate-item",
    .warning,
    "A list of names or values has each once.",
    reason: "The second has no effect.",
    clause: Clause.specification("Field Type Definitions"),
    bad: .object(#""text":{"type":"string"}"#, #","required":["text","text"]"#),
    good: .object(#""text":{"type":"string"}"#, #","required":["text"]"#),
    fixedBy: { finding, tree in
      guard let step = tree.steps(to: finding.location.offset).last,
        case .array(let elements) = step.container.kind,
        case .string = elements[step.index].kind
      else { return [] }
      return [LocatedTree.removal(step)]
    }
  )
}
