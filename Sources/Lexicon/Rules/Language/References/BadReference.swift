extension Rule {
  static let badReference = Rule(
    "bad-reference",
    .error,
    "A reference is an NSID, '#' and a name, or both.",
    reason: "Nothing is found under another text.",
    clause: Clause.specification("ref"),
    bad: .definition(
      #"{"type":"object","properties":{"a":{"type":"ref","ref":"other"}}},"#
        + #""other":{"type":"object","properties":{}}"#
    ),
    good: .definition(
      #"{"type":"object","properties":{"a":{"type":"ref","ref":"com.example.defs#other"}}},"#
        + #""other":{"type":"object","properties":{}}"#
    )
  )
}
