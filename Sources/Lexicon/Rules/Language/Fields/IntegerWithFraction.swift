extension Rule {
  static let integerWithFraction = Rule(
    "integer-with-fraction",
    .warning,
    "Integers are written without fraction and exponent.",
    reason: "The data model has no other numbers, and readers refuse them.",
    clause: Clause.specification("integer"),
    bad: .definition(#"{"type":"integer","maximum":10.0}"#),
    good: .definition(#"{"type":"integer","maximum":10}"#),
    fixedBy: { finding, tree in
      guard let value = tree.value(at: finding.location.offset),
        case .number(let text) = value.kind,
        let whole = text.split(separator: ".").first, let integer = Int(whole)
      else { return [] }
      return [TextEdit(value.range, String(integer))]
    }
  )
}
