// Lexicon specification, "ref", "union" and "token".
extension Rule {
  private static func refer(
    to reference: String,
    _ others: String = #","other":{"type":"object","properties":{}}"#
  ) -> RuleExample {
    .definitions(
      #""example":{"type":"object","properties":{"a":{"type":"ref","ref":"\#(reference)"}}}"#
        + others,
      of: "com.example.defs"
    )
  }

  private static func union(_ fields: String) -> RuleExample {
    .definitions(
      #""example":{"type":"object","properties":{"a":{"type":"union",\#(fields)}}},"#
        + #""other":{"type":"object","properties":{}},"word":{"type":"string"}"#,
      of: "com.example.defs"
    )
  }

  private static let fine = refer(to: "com.example.defs#other")
  private static let fineUnion = union(#""refs":["com.example.defs#other"]"#)
  private static let ref = "\(Clause.lexicon), \"ref\""
  private static let unions = "\(Clause.lexicon), \"union\""

  static let referenceRules: [Rule] = [
    language(
      "bad-reference",
      .error,
      "A reference is an NSID, '#' and a name, or both.",
      "Nothing is found under another text.",
      ref,
      bad: refer(to: "other"),
      good: fine
    ),
    language(
      "unresolved-reference",
      .error,
      "What is referred to is there.",
      "A value could neither be read nor be checked.",
      ref,
      bad: refer(to: "com.example.defs#otter"),
      good: fine
    ),
    language(
      "bad-ref-target",
      .error,
      "A reference leads to something that can be a field.",
      "A token, a query or a permission set has no values.",
      ref,
      bad: refer(
        to: "com.example.defs#calm",
        #","calm":{"type":"token","description":"At ease."}"#
      ),
      good: fine
    ),
    language(
      "alias-cycle",
      .error,
      "References do not lead in a circle.",
      "There would be no type at their end.",
      ref,
      bad: .definitions(
        #""a":{"type":"array","items":{"type":"ref","ref":"com.example.defs#a"}}"#,
        of: "com.example.defs"
      ),
      good: fine
    ),
    language(
      "bad-union-member",
      .error,
      "Members of a union are objects, records or tokens.",
      "A value of another type cannot say which member it is.",
      unions,
      bad: union(#""refs":["com.example.defs#word"]"#),
      good: fineUnion
    ),
    language(
      "empty-closed-union",
      .error,
      "A closed union has members.",
      "No value would be allowed.",
      unions,
      bad: union(#""refs":[],"closed":true"#),
      good: union(#""refs":[]"#)
    ),
    language(
      "unresolved-token",
      .warning,
      "A known value that looks like a token is one.",
      "Nobody could look up what it means.",
      "\(Clause.lexicon), \"token\"",
      bad: .definition(#"{"type":"string","knownValues":["com.example.defs#calm"]}"#),
      good: .definition(
        #"{"type":"string","knownValues":["com.example.defs#calm"]},"#
          + #""calm":{"type":"token","description":"At ease."}"#
      )
    ),
    language(
      "depends-on-error",
      .note,
      "What a document refers to is free of errors.",
      "It cannot be compiled without it.",
      ref,
      bad: RuleExample(
        refer(to: "com.example.other#a").documents[0],
        RuleExample.document(#""a":{"type":"float"}"#, of: "com.example.other")
      ),
      good: fine
    ),
  ]
}
