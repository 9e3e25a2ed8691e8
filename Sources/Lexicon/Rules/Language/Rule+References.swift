// Rules about references between definitions. `Document/Decoding/` and `Catalog/` report them.
extension Rule {
  static let referenceRules = [
    badReference, unresolvedReference, missingNamespace, badRefTarget, aliasCycle, badUnionMember,
    emptyClosedUnion,
    unresolvedToken, dependsOnError,
  ]

  static let badReference = Rule(
    "bad-reference",
    .error,
    "A reference must be an NSID, '#' and a definition name, or both.",
    reason: "No other text identifies a definition.",
    clause: Clause.specification("ref"),
    bad: referring(to: "other", in: #""other":{"type":"object","properties":{}}"#),
    good: referring(
      to: "com.example.defs#other",
      in: #""other":{"type":"object","properties":{}}"#
    ),
    fix: { finding, tree in
      guard let value = tree.value(at: finding.location.offset),
        case .string(let text) = value.kind,
        let correction = ReferenceRemedy(text)?.correction
      else { return [] }
      return [TextEdit(value.range, LocatedTree.literal(correction))]
    }
  )

  static let unresolvedReference = Rule(
    "unresolved-reference",
    .error,
    "The target of a reference must exist.",
    reason: "Values of an unknown type can be neither decoded nor validated.",
    clause: Clause.specification("ref"),
    bad: referring(
      to: "com.example.defs#otter",
      in: #""other":{"type":"object","properties":{}}"#
    ),
    good: referring(
      to: "com.example.defs#other",
      in: #""other":{"type":"object","properties":{}}"#
    )
  )

  static let missingNamespace = Rule(
    "missing-namespace",
    .error,
    "The documents of a namespace that references lead to must be among the inputs.",
    reason:
      "Documents of another project have to be passed together with those that refer to them, "
      + "or imported from the module that declares their types.",
    clause: Clause.specification("ref"),
    bad: referring(
      to: "org.other.thing",
      in: #""other":{"type":"object","properties":{}}"#
    ),
    good: referring(
      to: "com.example.defs#other",
      in: #""other":{"type":"object","properties":{}}"#
    )
  )

  static let badRefTarget = Rule(
    "bad-ref-target",
    .error,
    "The target of a ref must be a type that a field can have.",
    reason: "A token, a method and a permission set have no values.",
    clause: Clause.specification("ref"),
    bad: referring(
      to: "com.example.defs#calm",
      in: #""calm":{"type":"token","description":"At ease."}"#
    ),
    good: referring(
      to: "com.example.defs#mood",
      in: #""mood":{"type":"object","properties":{"name":{"type":"string"}}}"#
    )
  )

  static let aliasCycle = Rule(
    "alias-cycle",
    .error,
    "References between arrays must not form a cycle.",
    reason: "The element type of such an array would be the array itself.",
    clause: Clause.specification("ref"),
    bad: .definition(#"{"type":"array","items":{"type":"ref","ref":"com.example.defs#example"}}"#),
    good: .definition(
      #"{"type":"array","items":{"type":"ref","ref":"com.example.defs#item"}},"#
        + #""item":{"type":"object","properties":{}}"#
    )
  )

  static let badUnionMember = Rule(
    "bad-union-member",
    .error,
    "The members of a union must be objects or records.",
    reason: "A value of another type has no '$type' to say which member it is.",
    clause: Clause.specification("union"),
    bad: .definition(
      #"{"type":"object","properties":{"a":{"type":"union","refs":["com.example.defs#word"]}}},"#
        + #""word":{"type":"string"}"#
    ),
    good: .definition(
      #"{"type":"object","properties":{"a":{"type":"union","refs":["com.example.defs#word"]}}},"#
        + #""word":{"type":"object","properties":{}}"#
    )
  )

  static let emptyClosedUnion = Rule(
    "empty-closed-union",
    .error,
    "A closed union must have members.",
    reason: "A closed union without members rejects every value.",
    clause: Clause.specification("union"),
    bad: .object(#""a":{"type":"union","refs":[],"closed":true}"#),
    good: .object(#""a":{"type":"union","refs":[]}"#)
  )

  static let unresolvedToken = Rule(
    "unresolved-token",
    .warning,
    "A known value that looks like a token reference should refer to an existing token.",
    reason: "Otherwise the meaning of the value cannot be looked up.",
    clause: Clause.specification("token"),
    bad: .definition(#"{"type":"string","knownValues":["com.example.defs#calm"]}"#),
    good: .definition(
      #"{"type":"string","knownValues":["com.example.defs#calm"]},"#
        + #""calm":{"type":"token","description":"At ease."}"#
    )
  )

  static let dependsOnError = Rule(
    "depends-on-error",
    .note,
    "A document is skipped if a document that it refers to has an error.",
    reason: "It cannot be compiled without that document.",
    clause: Clause.specification("ref"),
    bad: RuleExample(
      dependent,
      RuleExample.document(#""example":{"type":"float"}"#, of: "com.example.other")
    ),
    good: RuleExample(
      dependent,
      RuleExample.document(#""example":{"type":"integer"}"#, of: "com.example.other")
    )
  )

  private static let dependent = RuleExample.document(
    #""note":{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.other#example"}}}"#,
    of: "com.example.defs"
  )

  /// An object that refers to `target`, beside the given definition.
  private static func referring(to target: String, in definition: String) -> RuleExample {
    .definition(
      #"{"type":"object","properties":{"a":{"type":"ref","ref":"\#(target)"}}},\#(definition)"#
    )
  }
}
