/// A constraint that can be made tighter or looser. Each has rules of its own.
enum Constraint: String, CaseIterable {
  case integerRange = "integer-range"
  case stringLength = "string-length"
  case stringGraphemes = "string-graphemes"
  case bytesLength = "bytes-length"
  case arrayLength = "array-length"
  case blobSize = "blob-size"
  case blobTypes = "blob-types"
  case format
  case encoding

  var narrowed: EvolutionRule {
    EvolutionRule("\(rawValue)-narrowed", .narrows, "\(what) allowed before is not", clause: clause)
  }

  var widened: EvolutionRule {
    EvolutionRule(
      "\(rawValue)-widened",
      .widens,
      "\(what) not allowed before is",
      clause: clause
    )
  }

  var changed: EvolutionRule {
    EvolutionRule(
      "\(rawValue)-changed",
      .replaces,
      "\(what) allowed before is not, and another that was not is",
      clause: clause
    )
  }

  var rules: [EvolutionRule] {
    // A size has an upper bound only, which cannot go both ways.
    self == .blobSize ? [narrowed, widened] : [narrowed, widened, changed]
  }

  /// The rule for what two yes-or-no answers say; nil where nothing has changed.
  func rule(narrows: Bool, widens: Bool) -> EvolutionRule? {
    switch (narrows, widens) {
    case (false, false): nil
    case (true, false): narrowed
    case (false, true): widened
    case (true, true): changed
    }
  }

  private var clause: String {
    switch self {
    case .format: EvolutionRule.Clause.formats
    case .encoding: EvolutionRule.Clause.method
    default: EvolutionRule.Clause.constraints
    }
  }

  private var what: String {
    switch self {
    case .integerRange: "a number"
    case .stringLength, .stringGraphemes, .bytesLength, .arrayLength: "a length"
    case .blobSize: "a size"
    case .blobTypes: "a media type"
    case .format: "a text"
    case .encoding: "an encoding"
    }
  }
}
