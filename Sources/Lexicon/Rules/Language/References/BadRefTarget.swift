extension Rule {
  static let badRefTarget = Rule(
    "bad-ref-target",
    .error,
    "A reference leads to something that can be a field.",
    reason: "A token, a query or a permission set has no values.",
    clause: Clause.specification("ref"),
    bad: .definition(
      #"{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.defs#calm"}}},"#
        + #""calm":{"type":"token","description":"At ease."}"#
    ),
    good: .definition(
      #"{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.defs#mood"}}},"#
        + #""mood":{"type":"object","properties":{"name":{"type":"string"}}}"#
    )
  )
}
