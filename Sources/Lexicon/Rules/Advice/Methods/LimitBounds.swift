extension Rule {
  static let limitBounds = Rule(
    "limit-bounds",
    .note,
    "A 'limit' parameter should have a minimum and a maximum.",
    reason: "Clients learn what they may request, and servers need not guess what was meant.",
    clause: Clause.patterns,
    bad: .query(parameters: #""limit":{"type":"integer"}"#),
    good: .query(parameters: #""limit":{"type":"integer","minimum":1,"maximum":100}"#)
  ) { subject in
    subject.schemas { site in
      guard site.position == .parameters, site.property?.name.value == "limit",
        case .integer(let limit) = site.schema.kind, limit.enum == nil, limit.const == nil
      else { return nil }
      switch (limit.minimum, limit.maximum) {
      case (nil, nil): return "'limit' has no 'minimum' and no 'maximum'; add both"
      case (nil, _): return "'limit' has no 'minimum'; add one"
      case (_, nil): return "'limit' has no 'maximum'; add one"
      default: return nil
      }
    }
  }
}
