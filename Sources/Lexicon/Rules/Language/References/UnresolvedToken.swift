extension Rule {
  static let unresolvedToken = Rule(
    "unresolved-token",
    .warning,
    "A known value that looks like a token is one.",
    reason: "Nobody could look up what it means.",
    clause: Clause.specification("token"),
    bad: .definition(#"{"type":"string","knownValues":["com.example.defs#calm"]}"#),
    good: .definition(
      #"{"type":"string","knownValues":["com.example.defs#calm"]},"#
        + #""calm":{"type":"token","description":"At ease."}"#
    )
  )
}
