// Constraints that contradict one another, or that nothing can meet.
extension Rule {
  static let limitRules: [Rule] = [
    field(
      "bad-limit",
      .error,
      "Limits of length are 0 or more.",
      "Nothing has a negative length.",
      "string",
      bad: #"{"type":"string","maxLength":-1}"#,
      good: #"{"type":"string","maxLength":1}"#
    ),
    field(
      "contradictory-limits",
      .error,
      "Some value meets all limits.",
      "Where none does, nobody can write one.",
      "integer",
      bad: #"{"type":"integer","minimum":2,"maximum":1}"#,
      good: #"{"type":"integer","minimum":1,"maximum":2}"#
    ),
    field(
      "const-and-default",
      .error,
      "'const' and 'default' do not stand together.",
      "The language says that they exclude each other.",
      "boolean",
      bad: #"{"type":"boolean","const":true,"default":true}"#,
      good: #"{"type":"boolean","const":true}"#
    ),
    field(
      "default-outside-constraints",
      .error,
      "A default meets the other constraints.",
      "A reader would fill in what it must refuse.",
      "integer",
      bad: #"{"type":"integer","maximum":1,"default":2}"#,
      good: #"{"type":"integer","maximum":2,"default":2}"#
    ),
    field(
      "const-outside-constraints",
      .error,
      "A constant meets the other constraints.",
      "No value would be allowed.",
      "integer",
      bad: #"{"type":"integer","maximum":1,"const":2}"#,
      good: #"{"type":"integer","maximum":2,"const":2}"#
    ),
    field(
      "empty-enum",
      .error,
      "'enum' is not empty.",
      "No value would be allowed.",
      "string",
      bad: #"{"type":"string","enum":[]}"#,
      good: #"{"type":"string","knownValues":["calm"]}"#
    ),
    field(
      "unreachable-value",
      .warning,
      "Values that are listed meet the other constraints.",
      "One that does not can never be used.",
      "string",
      bad: #"{"type":"string","maxLength":3,"knownValues":["calm"]}"#,
      good: #"{"type":"string","maxLength":4,"knownValues":["calm"]}"#
    ),
    language(
      "too-many",
      .error,
      "A list of alternatives has 1000 at most.",
      "More become types that take compilers minutes and gigabytes.",
      "Limit of lexgen",
      bad: .definition(#"{"type":"string","enum":[\#(values(1001))]}"#),
      good: .definition(#"{"type":"string","maxLength":4}"#)
    ),
    field(
      "array-depth",
      .error,
      "Arrays are nested no deeper than values can be read.",
      "A value of the type would be refused by readers for its depth.",
      "array",
      bad: nested(40, "inner") + #","inner":\#(nested(40, "leaf")),\#(leaf)"#,
      good: nested(2, "leaf") + ",\(leaf)"
    ),
    field(
      "endless-value",
      .error,
      "Some value of a type is finite.",
      "An object that requires itself can never be written down.",
      "ref",
      bad: loop(required: #"["next"]"#),
      good: loop(required: "[]")
    ),
  ]

  private static func values(_ count: Int) -> String {
    (0..<count).map { "\"\($0)\"" }.joined(separator: ",")
  }

  private static let leaf = #""leaf":{"type":"object","properties":{}}"#

  private static func nested(_ depth: Int, _ inner: String) -> String {
    String(repeating: #"{"type":"array","items":"#, count: depth)
      + #"{"type":"ref","ref":"com.example.defs#\#(inner)"}"#
      + String(repeating: "}", count: depth)
  }

  private static func loop(required: String) -> String {
    #"{"type":"object","required":\#(required),"properties":{"next":{"type":"ref","#
      + #""ref":"com.example.defs#example"}}}"#
  }
}
