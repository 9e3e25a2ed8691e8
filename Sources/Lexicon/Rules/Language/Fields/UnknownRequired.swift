extension Rule {
  static let unknownRequired = Rule(
    "unknown-required",
    .error,
    "'required' names properties.",
    reason: "No value could ever have what is not defined.",
    clause: Clause.specification("object"),
    bad: .object(#""text":{"type":"string"}"#, #","required":["txt"]"#),
    good: .object(#""text":{"type":"string"}"#, #","required":["text"]"#)
  )
}
