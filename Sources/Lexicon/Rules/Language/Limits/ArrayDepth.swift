extension Rule {
  static let arrayDepth = Rule(
    "array-depth",
    .error,
    "Arrays are nested no deeper than values can be read.",
    reason: "A value of the type would be refused by readers for its depth.",
    clause: "Limit of lexgen",
    bad: nested(65),
    good: nested(2)
  )

  /// `a1`, an array of `a2`, and so on to arrays of objects.
  private static func nested(_ depth: Int) -> RuleExample {
    let arrays = (1...depth).map { level in
      #""a\#(level)":{"type":"array","items":{"type":"ref","ref":"com.example.defs#a\#(level + 1)"}}"#
    }
    let object = #""a\#(depth + 1)":{"type":"object","properties":{}}"#
    return .definitions((arrays + [object]).joined(separator: ","), of: "com.example.defs")
  }
}
